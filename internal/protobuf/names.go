package protobuf

import "slices"

// Names is a place in the JSON of a message, and says by what names its members go. Two places that are the same value
// (==) have the same members, so that a type which holds itself has no more places than it has fields. An element of an
// array is at the place of its array.
type Names interface {
	// Named takes a member's name, without quotes and escapes. The fields are the further names by which a path may mean
	// that member; below is the place of its value, nil where nothing in it has further names.
	Named(name []byte) (fields []string, below Names)
}

// Names is the place of the message itself, nil where no member has further names: fields go by their name in JSON and by
// that in the .proto file. Within an Any, whose type is known only in the message, a member goes by all names that it has
// in any type of the descriptor set.
func (m Message) Names() Names {
	if m.table == nil {
		return nil
	}
	return m.table.names.orNone()
}

type names struct {
	members map[string]member
	others  *names // the place of members that are not among them: those of a map, for instance
}

type member struct {
	fields []string
	below  *names
}

// Named implements Names.
func (n *names) Named(name []byte) (fields []string, below Names) {
	m, known := n.members[string(name)]
	if !known {
		return nil, n.others.orNone()
	}
	return m.fields, m.below.orNone()
}

// orNone keeps a nil pointer from becoming a place.
func (n *names) orNone() Names {
	if n == nil {
		return nil
	}
	return n
}

// nameAll makes the places of all types.
func (s *Schema) nameAll() {
	s.any = &names{members: map[string]member{}}
	s.any.others = s.any // keys of maps, and the "value" of well-known types
	for _, m := range s.messages {
		switch m.special {
		case plain:
			m.names = &names{members: map[string]member{}}
		case anyType:
			m.names = s.any
		default:
		}
	}
	for _, m := range s.messages {
		if m.special != plain {
			continue
		}
		for i := range m.fields {
			f := &m.fields[i]
			known := m.names.members[f.json]
			m.names.members[f.json] = member{fields: f.further(known.fields), below: f.below()}
			anywhere := s.any.members[f.json]
			s.any.members[f.json] = member{fields: f.further(anywhere.fields), below: s.any}
		}
	}
	for _, m := range s.any.members {
		slices.Sort(m.fields)
	}
}

// further adds the names that the field has beside that in JSON.
func (f *field) further(to []string) []string {
	for _, name := range f.proto {
		if name != f.json && !slices.Contains(to, name) {
			to = append(to, name)
		}
	}
	return to
}

// below is the place of the field's value.
func (f *field) below() *names {
	switch {
	case f.mapped:
		entry := f.message
		for i := range entry.fields {
			if value := &entry.fields[i]; value.number == entryValue && value.message != nil && value.message.names != nil {
				return &names{others: value.message.names}
			}
		}
		return nil
	case f.message != nil:
		return f.message.names
	default:
		return nil
	}
}
