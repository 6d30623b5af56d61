package view

import "bytes"

// The namespaces that are bound by the standard (Namespaces in XML, section 3).
const (
	xmlNamespace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
)

// maxBindings is how many namespaces may be in scope at once: each is compared with every prefix.
const maxBindings = 256

// scope is what the prefixes stand for in the innermost open element.
type scope struct {
	bindings []binding // the latest last
	text     []byte
}

// binding is a namespace declaration; prefix and name lie side by side in scope.text.
type binding struct{ prefix, name, end int }

func (s *scope) reset() { s.bindings, s.text = s.bindings[:0], small(s.text) }

// close leaves the declarations of an element.
func (s *scope) close(bindings int) {
	if bindings < len(s.bindings) {
		s.text = s.text[:s.bindings[bindings].prefix]
		s.bindings = s.bindings[:bindings]
	}
}

// nameOf gives the namespace of a prefix. It is valid until the next declaration.
func (s *scope) nameOf(prefix []byte) (name []byte, ok bool) {
	if string(prefix) == "xml" {
		return []byte(xmlNamespace), true
	}
	for i := len(s.bindings) - 1; i >= 0; i-- {
		b := &s.bindings[i]
		if b.name-b.prefix == len(prefix) && bytes.Equal(s.text[b.prefix:b.name], prefix) {
			return s.text[b.name:b.end], true
		}
	}
	return nil, false
}

// declare takes a declaration. Its name, normalized, is what scope.text has behind named; the prefix stands before it.
func (s *scope) declare(from, named int) (what string) {
	prefix, name := s.text[from:named], s.text[named:]
	switch {
	case string(prefix) == "xmlns", (string(prefix) == "xml") != (string(name) == xmlNamespace), string(name) == xmlnsNamespace:
		return "a reserved namespace"
	case len(prefix) > 0 && len(name) == 0:
		return "a prefix bound to nothing"
	}
	s.bindings = append(s.bindings, binding{from, named, len(s.text)})
	return ""
}
