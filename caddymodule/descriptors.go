package caddymodule

import (
	"fmt"
	"os"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/privet-gateway/privet/internal/protobuf"
)

// parseDescriptors reads `descriptors FILE...`.
func (a *App) parseDescriptors(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	if len(args) == 0 {
		return d.Err("descriptors needs files or globs of descriptor sets, such as `protoc --include_imports --descriptor_set_out` writes")
	}
	for _, arg := range args {
		name := besideCaddyfile(d, arg)
		if names, err := expand(name); err != nil || len(names) == 0 {
			return d.Errf("descriptors: no file matches %s", arg)
		}
		a.Descriptors = append(a.Descriptors, name)
	}
	return nil
}

// loadDescriptors makes the schema of the descriptor sets as they stand in the files now. Where an engine runs already, one
// with the same policy and the new schema takes its place.
func (a *App) loadDescriptors() error {
	schema, err := readDescriptors(a.Descriptors)
	if err != nil {
		return err
	}
	a.schema = schema
	now := a.engine.Load()
	if now == nil {
		return nil
	}
	e, err := newEngine(now.policy, a.tokens, now)
	if err != nil {
		return err
	}
	e.schema = schema
	a.engine.Store(e)
	return nil
}

// readDescriptors gives nil where no files are named.
func readDescriptors(patterns []string) (*protobuf.Schema, error) {
	var sets [][]byte
	var files []string
	for _, pattern := range patterns {
		names, err := expand(pattern)
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("descriptors: no file matches %s", display(pattern))
		}
		for _, name := range names {
			set, err := os.ReadFile(name) //nolint:gosec // the operator names the descriptor sets
			if err != nil {
				return nil, fmt.Errorf("reading a descriptor set: %w", err)
			}
			sets, files = append(sets, set), append(files, display(name))
		}
	}
	if len(sets) == 0 {
		return nil, nil
	}
	schema, err := protobuf.Load(sets...)
	if err != nil {
		return nil, fmt.Errorf("descriptors %q: %w", files, err)
	}
	return schema, nil
}
