package caddymodule

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// readPolicy reads the files that paths and globs name, in the order of the paths and sorted within a glob.
func readPolicy(patterns []string) ([]rules.File, rules.Problems) {
	var files []rules.File
	var problems rules.Problems
	for _, pattern := range patterns {
		names, err := expand(pattern)
		if err != nil || len(names) == 0 {
			problems = append(problems, rules.Problem{
				At: rules.Position{File: pattern, Line: 1, Column: 1}, What: "no such policy file", Instead: "name a file, or a glob that finds one",
			})
			continue
		}
		for _, name := range names {
			text, err := os.ReadFile(name) //nolint:gosec // the operator names the policy
			if err != nil {
				problems = append(problems, rules.Problem{
					At: rules.Position{File: name, Line: 1, Column: 1}, What: "the policy file cannot be read", Instead: "give Caddy leave to read it",
				})
				continue
			}
			if len(bytes.TrimSpace(text)) == 0 {
				problems = append(problems, rules.Problem{
					At:   rules.Position{File: display(name), Line: 1, Column: 1},
					What: "the policy file is empty", Instead: "write a policy into it, or take it out of the configuration",
				})
				continue
			}
			files = append(files, rules.File{Name: display(name), Text: text})
		}
	}
	return files, problems
}

func expand(pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	names, err := filepath.Glob(pattern)
	sort.Strings(names)
	return names, err
}

// display names a file as a reader would: relative to the working directory where it lies below it.
func display(name string) string {
	dir, err := os.Getwd()
	if err != nil {
		return name
	}
	rel, err := filepath.Rel(dir, name)
	if err != nil || strings.HasPrefix(rel, "..") {
		return name
	}
	return rel
}

// hashes are the change markers of the files that the patterns name now. What cannot be read has none.
func hashes(patterns []string) map[string]string {
	out := make(map[string]string)
	for _, pattern := range patterns {
		names, _ := expand(pattern)
		for _, name := range names {
			text, err := os.ReadFile(name) //nolint:gosec // the operator names the policy
			if err != nil {
				continue
			}
			sum := sha256.Sum256(text)
			out[name] = hex.EncodeToString(sum[:])
		}
	}
	return out
}
