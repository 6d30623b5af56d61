package view

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// partHead is what the header of a part says.
type partHead struct {
	name        []byte // %22, %0D and %0A decoded
	file        bool   // it has a filename
	contentType string // "" where it says none
}

// readHead reads the header lines of a part of multipart/form-data (RFC 7578 4), each with its line end. What it cannot
// read as every reader does is a fault, which it names; at is how many bytes into the block.
func readHead(block []byte) (h partHead, fault string, at int) {
	disposition, hasType := false, false
	for at < len(block) {
		line, rest, ok := bytes.Cut(block[at:], []byte("\r\n"))
		if !ok {
			return h, "a header line without an end", at
		}
		name, value, colon := bytes.Cut(line, []byte(":"))
		switch {
		case faulty(line):
			return h, "a control byte or broken text in a header", at
		case !colon || !isToken(name):
			return h, "a header line that has no name, or is folded", at
		}
		text := strings.Trim(string(value), " \t")
		switch strings.ToLower(string(name)) {
		case "content-disposition":
			if disposition {
				return h, "two dispositions", at
			}
			disposition = true
			fault = h.dispose(text)
		case "content-type":
			if hasType || text == "" {
				return h, "two types, or an empty one", at
			}
			hasType, h.contentType = true, text
		case "content-transfer-encoding":
			switch strings.ToLower(text) {
			case "7bit", "8bit", "binary":
			default:
				fault = "a transfer encoding"
			}
		case "content-encoding":
			fault = "a content coding"
		}
		if fault != "" {
			return h, fault, at
		}
		at = len(block) - len(rest)
	}
	if !disposition {
		return h, "no disposition", 0
	}
	return h, "", 0
}

// faulty finds what a line may not hold: bare CR and LF, NUL and other control bytes, and what is not UTF-8.
func faulty(line []byte) bool {
	for _, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return !utf8.Valid(line)
}

// dispose reads the disposition, and names what is wrong with it.
func (h *partHead) dispose(text string) (fault string) {
	kind, rest, _ := strings.Cut(text, ";")
	if !strings.EqualFold(strings.Trim(kind, " \t"), "form-data") {
		return "a disposition other than form-data"
	}
	if strings.Contains(text, `\"`) {
		return "a backslash before a quote, which only some take for an escape"
	}
	seen := map[string]bool{}
	for {
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			break
		}
		parameter, behind, ok := strings.Cut(rest, "=")
		if !ok || !isToken([]byte(parameter)) {
			return "a broken parameter"
		}
		value, behind, ok := parameterValue(behind)
		if !ok {
			return "a broken parameter"
		}
		rest = behind
		parameter = strings.ToLower(parameter)
		if seen[parameter] {
			return "a parameter twice"
		}
		seen[parameter] = true
		switch {
		case parameter == "name":
			h.name = browserName(value)
		case strings.HasPrefix(parameter, "name*"):
			return "a name in extended notation"
		case strings.HasPrefix(parameter, "filename"):
			h.file = true
		}
	}
	name := string(h.name)
	switch {
	case !seen["name"]:
		return "no name"
	case strings.Contains(name, `\`):
		return "a backslash in the name"
	case strings.Contains(name, "=?"):
		return "an encoded word in the name"
	case strings.EqualFold(name, "_charset_"):
		return "a field that sets the character set"
	default:
		return ""
	}
}

// parameterValue reads a token or a quoted string, and the semicolon behind it.
func parameterValue(text string) (value, rest string, ok bool) {
	if strings.HasPrefix(text, `"`) {
		value, rest, ok = strings.Cut(text[1:], `"`)
		rest = strings.TrimLeft(rest, " \t")
		if !ok || rest != "" && rest[0] != ';' {
			return "", "", false
		}
		return value, strings.TrimPrefix(rest, ";"), true
	}
	value, rest, _ = strings.Cut(text, ";")
	value = strings.TrimRight(value, " \t")
	return value, rest, isToken([]byte(value))
}

// browserName decodes what browsers encode in a name (HTML 4.10.22.8).
func browserName(name string) []byte {
	return []byte(strings.NewReplacer("%22", `"`, "%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n").Replace(name))
}

// isToken is RFC 9110 5.6.2.
func isToken(text []byte) bool {
	for _, c := range text {
		letter, digit := 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9'
		if !letter && !digit && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return len(text) > 0
}

// appendChangedHead appends the header lines without those that only the content as it was bears out.
func appendChangedHead(dst, block []byte) []byte {
	for len(block) > 0 {
		line, rest, _ := bytes.Cut(block, []byte("\r\n"))
		name, _, _ := bytes.Cut(line, []byte(":"))
		switch strings.ToLower(string(name)) {
		case "content-length", "content-md5", "digest", "content-digest", "repr-digest":
		default:
			dst = append(append(dst, line...), '\r', '\n')
		}
		block = rest
	}
	return dst
}
