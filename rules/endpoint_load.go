package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

func (l *loader) fields(n *node) {
	for _, e := range l.entries(n, `"fields"`) {
		if label, ok := l.label(e, Body); ok {
			label.request, label.response = true, true
			l.policy.fields = append(l.policy.fields, label)
		}
	}
}

func (l *loader) endpoints(n *node) {
	for _, e := range l.entries(n, `"endpoints"`) {
		pattern, err := ParsePattern(e.key.text)
		if err != nil {
			l.wrong(e.key.at, fmt.Sprintf("%s is no pattern of an endpoint", quoted(e.key.text)), err.Error())
		}
		l.policy.endpoints = append(l.policy.endpoints, l.endpoint(e, pattern))
	}
}

func (l *loader) endpoint(e entry, pattern Pattern) Endpoint {
	f := l.shaped(e.value, "endpoint")
	out := Endpoint{Pattern: pattern, At: e.key.at}
	for _, part := range []struct {
		key               string
		part              Part
		request, response bool
	}{
		{"request", Body, true, false},
		{"response", Body, false, true},
		{"query", Query, true, true},
		{"headers", Header, true, true},
	} {
		for _, named := range l.entries(f.value(part.key), quoted(part.key)+" of an endpoint") {
			label, ok := l.label(named, part.part)
			if !ok {
				continue
			}
			label.request, label.response = part.request, part.response
			label.Pattern, label.pattern = pattern.String(), &pattern
			out.Labels = append(out.Labels, label)
		}
	}
	out.Each = l.each(f.value("each"))
	out.Allow = l.allow(f.value("allow"))
	return out
}

// allow reads the fields that may leave beside the labelled ones. An empty list would let out the labelled ones alone, and
// is more likely a slip.
func (l *loader) allow(n *node) (out []Allow) {
	if n == nil {
		return nil
	}
	items := l.items(n, `"allow"`)
	if len(items) == 0 && n.kind == listNode {
		l.wrong(n.at, "allow lists nothing", "list the JSONPaths of what may leave, such as [$.id, $.title]")
	}
	for _, item := range items {
		a := Allow{Field: l.text(item, "a field of allow"), At: item.at, FieldAt: item.offset(0)}
		if a.Field == "" {
			continue
		}
		if _, ok := l.path(item); ok {
			out = append(out, a)
		}
	}
	return out
}

// label reads a field and its category.
func (l *loader) label(e entry, part Part) (Label, bool) {
	label := Label{Part: part, Field: e.key.text, At: e.key.at, FieldAt: e.key.offset(0)}
	label.Category = declared(l, e.value, "category", l.policy.categories)
	ok := true
	switch part {
	case Body:
		_, ok = l.path(e.key)
	case Header:
		if !isToken(e.key.text) {
			l.wrong(e.key.at, fmt.Sprintf("%s is no name of a header", quoted(e.key.text)), "write letters, digits and hyphens, such as X-Device-Id")
			ok = false
		}
		if slices.ContainsFunc(framing, func(name string) bool { return strings.EqualFold(name, e.key.text) }) {
			l.wrong(e.key.at, fmt.Sprintf("%s is written by the server itself, so no rule can act on it", quoted(e.key.text)), "take the label out")
			ok = false
		}
	default:
		if e.key.text == "" {
			l.wrong(e.key.at, "the name of a parameter is empty", "write the name as it is after unescaping")
			ok = false
		}
	}
	return label, ok && label.Category != ""
}

// framing are the fields that HTTP servers and proxies write by themselves, behind every filter.
//
//nolint:gochecknoglobals // a table, never written to
var framing = []string{
	"Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Te", "Trailer", "Keep-Alive", "Via",
	"X-Forwarded-Host", "X-Forwarded-Proto",
}

// isToken is what a field name is made of (RFC 9110 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		alphanumeric := '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
		if !alphanumeric && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return text != ""
}

// path checks a JSONPath; its errors stand where they are in it.
func (l *loader) path(n *node) (jsonpath.Path, bool) {
	path, err := jsonpath.Parse(n.text)
	if err == nil {
		return path, true
	}
	if syntax, ok := errors.AsType[*jsonpath.SyntaxError](err); ok {
		what, instead, _ := strings.Cut(syntax.Msg, "; ")
		l.wrong(n.offset(syntax.Offset), fmt.Sprintf("%s is no JSONPath: %s", quoted(n.text), what), instead)
	} else {
		l.wrong(n.at, fmt.Sprintf("%s is no JSONPath", quoted(n.text)), "write one of RFC 9535, such as $.name")
	}
	return path, false
}

// each reads one kind of element, or a list of them.
func (l *loader) each(n *node) []Each {
	switch {
	case n == nil:
		return nil
	case n.kind == listNode:
		var out []Each
		for _, item := range n.items {
			out = append(out, l.element(item))
		}
		return out
	default:
		return []Each{l.element(n)}
	}
}

func (l *loader) element(n *node) Each {
	f := l.shaped(n, "each")
	l.missing(f, "of", Problem{At: n.at, What: "each does not say of what", Instead: `write of: and the JSONPath of the elements, such as "$.accounts[*]"`})
	out := Each{At: n.at, Of: l.text(f.value("of"), "of")}
	if out.Of != "" {
		l.path(f.value("of"))
	}
	out.Subject = l.singular(f.value("subject"), "subject")
	out.Residence = l.singular(f.value("residence"), "residence")
	return out
}

// singular reads a path that leads to at most one place.
func (l *loader) singular(n *node, what string) string {
	text := l.text(n, what)
	if text == "" {
		return ""
	}
	if path, ok := l.path(n); ok && !path.Singular() {
		l.wrong(n.at, fmt.Sprintf("%s may select several places as the %s of one element", quoted(text), what), "write names and indices only, such as $.id")
	}
	return text
}
