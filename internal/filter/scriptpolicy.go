package filter

import (
	"net/http"
	"strings"
)

// ScriptPolicy is what the Content Security Policies of a page say of scripts (CSP3 6.6 and 6.7). The zero value is of a
// page that has none.
type ScriptPolicy struct {
	Nonce      string // by which scripts are let in; "" where there is none
	NoHandlers bool   // event handlers in tags do not run
}

// ScriptPolicyOf reads the policies that a header states.
func ScriptPolicyOf(h http.Header) ScriptPolicy {
	var p ScriptPolicy
	for _, line := range h["Content-Security-Policy"] {
		p.add(line)
	}
	return p
}

// add takes the policies of one line. All of them hold.
func (p *ScriptPolicy) add(line string) {
	for policy := range strings.SplitSeq(line, ",") {
		var elements, attributes, scripts, all sources
		for directive := range strings.SplitSeq(policy, ";") {
			directive = strings.TrimSpace(directive)
			name, list, _ := strings.Cut(directive, " ")
			switch {
			case strings.EqualFold(name, "script-src-elem"):
				elements.read(list)
			case strings.EqualFold(name, "script-src-attr"):
				attributes.read(list)
			case strings.EqualFold(name, "script-src"):
				scripts.read(list)
			case strings.EqualFold(name, "default-src"):
				all.read(list)
			}
		}
		if governing := elements.or(scripts).or(all); p.Nonce == "" {
			p.Nonce = governing.nonce
		}
		if governing := attributes.or(scripts).or(all); governing.stated && !governing.inline {
			p.NoHandlers = true
		}
	}
}

// sources is a list of who may run scripts.
type sources struct {
	stated bool
	inline bool // script in the markup runs
	nonce  string
}

// read takes a directive; of several of one name browsers take the first.
func (s *sources) read(list string) {
	if s.stated {
		return
	}
	s.stated = true
	strict := false
	for word := range strings.FieldsSeq(list) {
		word = strings.Trim(word, "'")
		lower := strings.ToLower(word)
		switch {
		case lower == "unsafe-inline":
			s.inline = true
		case lower == "strict-dynamic", strings.HasPrefix(lower, "sha256-"), strings.HasPrefix(lower, "sha384-"), strings.HasPrefix(lower, "sha512-"):
			strict = true
		case strings.HasPrefix(lower, "nonce-"):
			strict = true
			if s.nonce == "" {
				s.nonce = word[len("nonce-"):]
			}
		}
	}
	s.inline = s.inline && !strict
}

// or gives the list, or the one that holds where there is none.
func (s sources) or(other sources) sources {
	if s.stated {
		return s
	}
	return other
}

// isNonce knows what a policy may state as one (CSP3 2.3.1, base64-value). Nothing else is written into a tag.
func isNonce(text []byte) bool {
	for _, c := range text {
		if !isLetter(c) && !isDigit(c) && strings.IndexByte("+/-_=", c) < 0 {
			return false
		}
	}
	return len(text) > 0
}
