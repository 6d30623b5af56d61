package filter

import (
	"bytes"
	"strings"
)

// unknownNode stands for an address that a proxy does not know or tell (RFC 7239 6.2).
const unknownNode = "unknown"

// isForwarded knows the header field whose addresses stand in parameters.
func isForwarded(name []byte) bool { return bytes.EqualFold(name, []byte("Forwarded")) }

// truncateForwarded zeroes the host parts in a Forwarded field (RFC 7239). Beside `for` and `by` stay `proto` and `host`;
// parameters of other names may hold anything, and go. A node under a made-up name, which would tell clients apart as an
// address does, becomes unknown.
func truncateForwarded(dst, text []byte) ([]byte, bool) {
	start := len(dst)
	separator := ""
	for len(text) > 0 {
		text = bytes.TrimLeft(text, " \t")
		if len(text) > 0 && (text[0] == ',' || text[0] == ';') {
			// Several of them with nothing in between say no more than one; "," begins another proxy.
			if separator == "" || text[0] == ',' {
				separator = string(text[:1])
			}
			text = text[1:]
			continue
		}
		name, value, rest, ok := forwardedPair(text)
		if !ok {
			return dst, false
		}
		before := len(dst)
		if before > start {
			dst = append(dst, separator...)
			if separator == "," {
				dst = append(dst, ' ')
			}
		}
		var kept bool
		if dst, kept, ok = appendForwarded(dst, name, value); !ok {
			return dst, false
		}
		if kept {
			separator = ""
		} else {
			dst = dst[:before]
		}
		text = rest
	}
	return dst, len(dst) > start
}

// forwardedPair reads "name=value" up to a separator. The value is as written, quotes included.
func forwardedPair(text []byte) (name, value, rest []byte, ok bool) {
	equals := bytes.IndexByte(text, '=')
	if equals <= 0 {
		return nil, nil, nil, false
	}
	name, text = text[:equals], text[equals+1:]
	end := 0
	if len(text) > 0 && text[0] == '"' {
		end = pastString(text, 0)
		if end < 2 || text[end-1] != '"' || bytes.IndexByte(text[:end], '\\') >= 0 {
			return nil, nil, nil, false
		}
	} else {
		for end < len(text) && bytes.IndexByte([]byte(",;\" \t"), text[end]) < 0 {
			end++
		}
	}
	value, rest = text[:end], bytes.TrimLeft(text[end:], " \t")
	ended := len(rest) == 0 || rest[0] == ',' || rest[0] == ';'
	return name, value, rest, ended && len(value) > 0 && !bytes.ContainsAny(name, ",;\" \t")
}

func appendForwarded(dst, name, value []byte) (out []byte, kept, ok bool) {
	switch strings.ToLower(string(name)) {
	case "proto", "host":
		dst = append(append(dst, name...), '=')
		return append(dst, value...), true, true
	case "for", "by":
		dst = append(append(dst, name...), '=')
	default:
		return dst, false, true
	}
	node := bytes.Trim(value, `"`)
	if isObscure(node) {
		return append(dst, unknownNode...), true, true
	}
	addr, ok := parseAddress(node)
	if !ok {
		return dst, false, false
	}
	host := hostless(addr).Addr()
	if host.Is4() {
		return host.AppendTo(dst), true, true
	}
	dst = host.AppendTo(append(dst, `"[`...))
	return append(dst, `]"`...), true, true
}

// isObscure knows "unknown" and names that a proxy made up, with or without a port.
func isObscure(node []byte) bool {
	if len(node) > 0 && node[0] == '_' {
		return true
	}
	name, _, _ := bytes.Cut(node, []byte(":"))
	return bytes.EqualFold(name, []byte(unknownNode))
}
