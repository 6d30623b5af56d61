package protobuf

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// message is what reading and writing one type of message needs.
type message struct {
	name     string
	special  special
	oneofs   int
	fields   []field // by number
	slots    map[protowire.Number]int
	members  map[string]int  // by name in JSON, and by name in the .proto file
	required []int           // slots
	names    *jsonpath.Names // nil where the JSON has no members that are fields
}

// field is one field of a message, or an extension of it.
type field struct {
	number   protowire.Number
	kind     protoreflect.Kind
	wire     protowire.Type // of one value
	json     string
	proto    []string // its names in the .proto file
	key      string   // its name as a member begins: `"name":`
	oneof    int      // -1 where it is in none
	repeated bool     // maps are not
	mapped   bool
	packed   bool // is written so; reading takes either
	presence bool // its zero value is not the same as its absence
	required bool
	message  *message // of a message or group; of a map, its entry
	enum     *enum
}

// enum is the values of an enumeration.
type enum struct {
	null    bool // google.protobuf.NullValue
	names   map[protoreflect.EnumNumber]string
	numbers map[string]protoreflect.EnumNumber
}

func (s *Schema) field(d protoreflect.FieldDescriptor) field {
	f := field{
		number: d.Number(), kind: d.Kind(), wire: wireOf(d.Kind()), json: d.JSONName(), oneof: -1,
		repeated: d.IsList(), mapped: d.IsMap(), packed: d.IsPacked(), presence: d.HasPresence(),
		required: d.Cardinality() == protoreflect.Required,
	}
	if !d.IsExtension() {
		f.proto = append(f.proto, string(d.Name()))
		if text := d.TextName(); text != f.proto[0] {
			f.proto = append(f.proto, text)
		}
	}
	f.key = string(append(quote(nil, []byte(f.json)), ':'))
	if in := d.ContainingOneof(); in != nil && !d.IsExtension() {
		f.oneof = in.Index()
	}
	if d.Message() != nil {
		f.message = s.messages[d.Message().FullName()]
	}
	if d.Enum() != nil {
		f.enum = enumOf(d.Enum())
	}
	return f
}

func enumOf(d protoreflect.EnumDescriptor) *enum {
	e := &enum{
		null:  d.FullName() == "google.protobuf.NullValue",
		names: map[protoreflect.EnumNumber]string{}, numbers: map[string]protoreflect.EnumNumber{},
	}
	for i := range d.Values().Len() {
		v := d.Values().Get(i)
		e.numbers[string(v.Name())] = v.Number()
		if _, alias := e.names[v.Number()]; !alias {
			e.names[v.Number()] = string(v.Name())
		}
	}
	return e
}

// index sorts the fields, once all extensions are among them.
func (m *message) index() error {
	slices.SortFunc(m.fields, func(a, b field) int { return int(a.number) - int(b.number) })
	m.slots, m.members = map[protowire.Number]int{}, map[string]int{}
	for slot := range m.fields {
		f := &m.fields[slot]
		if _, taken := m.members[f.json]; taken {
			return fmt.Errorf("descriptor set: two fields of %s are %q in JSON; give one of them another json_name", m.name, f.json)
		}
		if _, taken := m.slots[f.number]; taken {
			return fmt.Errorf("descriptor set: two fields of %s have the number %d", m.name, f.number)
		}
		m.slots[f.number], m.members[f.json] = slot, slot
		if f.required {
			m.required = append(m.required, slot)
		}
	}
	for slot := range m.fields {
		for _, name := range m.fields[slot].proto {
			if _, taken := m.members[name]; !taken {
				m.members[name] = slot
			}
		}
	}
	return nil
}

// takes says that values of this wire type may come in the field. A list of numbers may come packed whatever was declared.
func (f *field) takes(wire protowire.Type) bool {
	return wire == f.wire || wire == protowire.BytesType && f.repeated && f.wire != protowire.StartGroupType
}

func wireOf(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	default:
		return protowire.VarintType
	}
}
