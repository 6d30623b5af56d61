package ledger

import (
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// record reads what stands beneath a subject.
func (d *document) record(n ast.Node) Record {
	var r Record
	d.entries(n, "a subject's record", func(key *token.Token, value ast.Node) {
		switch key.Value {
		case "grants":
			r.Grants = d.ids(value)
		case "refuses":
			r.Refuses = d.ids(value)
		case "at":
			r.At = d.time(value)
		case "restricted":
			r.Restricted = d.time(value)
		case "minor":
			r.Minor = d.flag(value)
		default:
			d.wrong(d.position(key), "the key is not known", "a record has grants, refuses, at, restricted and minor")
		}
	})
	return r
}

func (d *document) ids(n ast.Node) []string {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.wrong(d.position(n.GetToken()), "this is not a list", "write [id, id]")
		return nil
	}
	ids := make([]string, 0, len(list.Values))
	for _, item := range list.Values {
		if id, ok := d.scalar(item); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// scalar is a value as it is written: YAML gives it no type, so 010 stays 010.
func (d *document) scalar(n ast.Node) (string, bool) {
	switch n.(type) {
	case *ast.NullNode, *ast.LiteralNode:
	case ast.ScalarNode:
		if text := n.GetToken().Value; text != "" {
			return text, true
		}
	}
	d.wrong(d.position(n.GetToken()), "a value is missing here", "write a single value on the line")
	return "", false
}

func (d *document) time(n ast.Node) time.Time {
	text, ok := d.scalar(n)
	if !ok {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil && t.Unix() > 0 {
			return t
		}
	}
	d.wrong(d.position(n.GetToken()), "this is no time", "write 2026-05-01T10:00:00Z or 2026-05-01")
	return time.Time{}
}

func (d *document) flag(n ast.Node) bool {
	text, ok := d.scalar(n)
	if ok && text != "true" && text != "false" {
		d.wrong(d.position(n.GetToken()), "this is neither yes nor no", "write true or false")
	}
	return text == "true"
}
