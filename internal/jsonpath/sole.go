package jsonpath

import "bytes"

// A member is looked up in a value that is held and known to be JSON. Most names are written as they are, so that the
// bytes of the name between quotes are searched for, which is many times faster than to walk over all members; only where
// they stand is it looked at whether a member of the object begins there.

// maxSought is the longest name, with its quotes, that is searched for.
const maxSought = 64

// sought gives a name as its bytes stand in a document, and whether they can stand there in no other way: escapes spell any
// character as \u does, and a few by a letter.
func sought(room *[maxSought]byte, name string, doc []byte) (quoted []byte, only bool) {
	if len(name)+2 > maxSought || bytes.Contains(doc, []byte(`\u`)) {
		return nil, false
	}
	quoted = append(append(append(room[:0], '"'), name...), '"')
	for _, c := range quoted[1 : len(quoted)-1] {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '/' {
			return nil, false
		}
	}
	return quoted, true
}

// soleMember gives the value of the only member of an object with a name, as member does.
func soleMember(object, quoted []byte) (value []byte, ok bool) {
	s := stride{doc: object}
	if s.blanks(); s.at == len(object) || object[s.at] != '{' {
		return nil, false
	}
	for next := s.at; ; {
		found := bytes.Index(object[next:], quoted)
		if found < 0 {
			return value, ok
		}
		found += next
		if s.to(found); s.at != found { // it stands in a string
			next = s.at
			continue
		}
		next = found + len(quoted)
		s.at = next
		if s.depth != 1 {
			continue
		}
		if s.blanks(); s.at == len(object) || object[s.at] != ':' {
			continue // a value
		}
		if ok {
			return nil, false
		}
		s.at++
		s.blanks()
		from := s.at
		s.value()
		value, ok, next = object[from:s.at], true, s.at
	}
}

// stride goes over JSON that is known to be valid, past strings and as deep as containers are open.
type stride struct {
	doc   []byte
	at    int
	depth int
}

func (s *stride) blanks() {
	for s.at < len(s.doc) && s.doc[s.at] <= ' ' {
		s.at++
	}
}

// to goes on to a place, or behind the string in which it lies.
func (s *stride) to(place int) {
	for s.at < place {
		switch s.doc[s.at] {
		case '"':
			s.text()
			continue
		case '{', '[':
			s.depth++
		case '}', ']':
			s.depth--
		}
		s.at++
	}
}

// value goes over a value.
func (s *stride) value() {
	if s.at == len(s.doc) {
		return
	}
	switch s.doc[s.at] {
	case '"':
		s.text()
	case '{', '[':
		outside := s.depth
		for s.to(s.at + 1); s.depth > outside && s.at < len(s.doc); {
			s.to(s.at + 1)
		}
	default:
		for s.at < len(s.doc) && s.doc[s.at] > ' ' && s.doc[s.at] != ',' && s.doc[s.at] != '}' && s.doc[s.at] != ']' {
			s.at++
		}
	}
}

// text goes over a string.
func (s *stride) text() {
	for s.at++; s.at < len(s.doc); {
		end := bytes.IndexByte(s.doc[s.at:], '"')
		if end < 0 {
			s.at = len(s.doc)
			return
		}
		escaped := 0
		for escaped < end && s.doc[s.at+end-1-escaped] == '\\' {
			escaped++
		}
		s.at += end + 1
		if escaped%2 == 0 {
			return
		}
	}
}
