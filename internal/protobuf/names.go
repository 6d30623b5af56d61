package protobuf

import (
	"slices"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Names says by what names the members of the message's JSON go: a field by that in JSON and by that in the .proto file,
// whichever of them a document bears. It is nil where no members are fields. Within an Any, whose type is known only in
// the message, a member goes by all names that it has in any type of the descriptor set. A type has one tree, so that it
// may lead back to itself.
func (m Message) Names() *jsonpath.Names {
	if m.table == nil {
		return nil
	}
	return m.table.names
}

// nameAll makes the trees of all types.
func (s *Schema) nameAll() {
	s.any = &jsonpath.Names{Of: map[string]jsonpath.Named{}}
	s.any.Others = s.any // keys of maps, and the "value" of well-known types
	for _, m := range s.messages {
		switch m.special {
		case plain:
			m.names = &jsonpath.Names{Of: map[string]jsonpath.Named{}}
		case anyType:
			m.names = s.any
		default:
		}
	}
	for _, m := range s.messages {
		if m.special == plain {
			s.nameFields(m)
		}
	}
	for _, named := range s.any.Of {
		slices.Sort(named.Fields)
	}
}

// nameFields names the fields of a type, there and where an Any may hold it.
func (s *Schema) nameFields(m *message) {
	for slot := range m.fields {
		f := &m.fields[slot]
		below := f.below()
		for _, bears := range f.called() {
			if m.members[bears] != slot {
				continue // readers of JSON take it for another field
			}
			if further := f.further(bears, nil); below != nil || len(further) > 0 {
				m.names.Of[bears] = jsonpath.Named{Fields: further, Below: below}
			}
			s.any.Of[bears] = jsonpath.Named{Fields: f.further(bears, s.any.Of[bears].Fields), Below: s.any}
		}
	}
}

// called is every name of the field.
func (f *field) called() []string { return append([]string{f.json}, f.proto...) }

// further adds the names that the field has beside the one it bears.
func (f *field) further(bears string, to []string) []string {
	for _, name := range f.called() {
		if name != bears && !slices.Contains(to, name) {
			to = append(to, name)
		}
	}
	return to
}

// below is the tree of the field's value.
func (f *field) below() *jsonpath.Names {
	switch {
	case f.mapped:
		entry := f.message
		for i := range entry.fields {
			if value := &entry.fields[i]; value.number == entryValue && value.message != nil && value.message.names != nil {
				return &jsonpath.Names{Others: value.message.names}
			}
		}
		return nil
	case f.message != nil:
		return f.message.names
	default:
		return nil
	}
}
