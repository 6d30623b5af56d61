package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/rules"
)

// srcset leaves the candidates out of a list of images (HTML 4.8.4.2.1) that are of somebody who is not let through.
func (j *judgement) srcset(list []byte) (out []byte, ruling verdict) {
	rest := list
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n\f,")
		if len(rest) == 0 {
			return out, ruling
		}
		candidate := rest
		end := bytes.IndexAny(rest, " \t\r\n\f")
		if end < 0 {
			end = len(rest)
		}
		url := rest[:end]
		rest = rest[end:]
		if trimmed := bytes.TrimRight(url, ","); len(trimmed) < len(url) {
			url = trimmed
			candidate = candidate[:len(trimmed)]
		} else {
			rest = rest[descriptors(rest):]
			candidate = candidate[:len(candidate)-len(rest)]
		}
		if r, blocked := j.blocks(url, rules.ToImage); blocked {
			ruling.add(r)
			continue
		}
		if len(out) > 0 {
			out = append(out, ", "...)
		}
		out = append(out, bytes.TrimSpace(candidate)...)
	}
}

// descriptors is how many bytes stand before the comma that ends a candidate. Commas in parentheses end none.
func descriptors(text []byte) int {
	depth := 0
	for i, c := range text {
		switch {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ',' && depth == 0:
			return i
		}
	}
	return len(text)
}

// pings leaves out of a list of URLs (HTML 4.6.5, hyperlink auditing) those of somebody who is not let through.
func (j *judgement) pings(list []byte) (out []byte, ruling verdict) {
	for url := range bytes.FieldsSeq(list) {
		if r, blocked := j.blocks(url, rules.ToPing); blocked {
			ruling.add(r)
			continue
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, url...)
	}
	return out, ruling
}
