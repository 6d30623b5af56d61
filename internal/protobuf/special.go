package protobuf

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// special is the well-known type that a message is, with a form of its own in JSON.
type special uint8

const (
	plain special = iota
	anyType
	timestamp
	duration
	fieldMask
	emptyType
	wrapper
	structType
	listValue
	valueType
)

// The numbers of the fields that the code names.
const (
	entryKey, entryValue        protowire.Number = 1, 2
	anyURL, anyPayload          protowire.Number = 1, 2
	momentSeconds, momentNanos  protowire.Number = 1, 2
	onlyField                   protowire.Number = 1
	valueNull, valueNumber      protowire.Number = 1, 2
	valueString, valueBool      protowire.Number = 3, 4
	valueStruct, valueListValue protowire.Number = 5, 6
)

// wellKnown is what each must look like: the types of its fields, by number from 1.
type wellKnown struct {
	special special
	kinds   []protoreflect.Kind
}

func wellKnownOf(name protoreflect.FullName) (wellKnown, bool) {
	const message, text = protoreflect.MessageKind, protoreflect.StringKind
	only := func(s special, kinds ...protoreflect.Kind) (wellKnown, bool) { return wellKnown{s, kinds}, true }
	short, found := strings.CutPrefix(string(name), "google.protobuf.")
	if !found {
		return wellKnown{}, false
	}
	switch short {
	case "Any":
		return only(anyType, text, protoreflect.BytesKind)
	case "Timestamp":
		return only(timestamp, protoreflect.Int64Kind, protoreflect.Int32Kind)
	case "Duration":
		return only(duration, protoreflect.Int64Kind, protoreflect.Int32Kind)
	case "FieldMask":
		return only(fieldMask, text)
	case "Empty":
		return only(emptyType)
	case "Struct":
		return only(structType, message)
	case "ListValue":
		return only(listValue, message)
	case "Value":
		return only(valueType, protoreflect.EnumKind, protoreflect.DoubleKind, text, protoreflect.BoolKind, message, message)
	case "DoubleValue":
		return only(wrapper, protoreflect.DoubleKind)
	case "FloatValue":
		return only(wrapper, protoreflect.FloatKind)
	case "Int64Value":
		return only(wrapper, protoreflect.Int64Kind)
	case "UInt64Value":
		return only(wrapper, protoreflect.Uint64Kind)
	case "Int32Value":
		return only(wrapper, protoreflect.Int32Kind)
	case "UInt32Value":
		return only(wrapper, protoreflect.Uint32Kind)
	case "BoolValue":
		return only(wrapper, protoreflect.BoolKind)
	case "StringValue":
		return only(wrapper, text)
	case "BytesValue":
		return only(wrapper, protoreflect.BytesKind)
	default:
		return wellKnown{}, false
	}
}

// recognise notes that a message is a well-known type. One of that name which is something else is refused, since readers
// would differ in what they make of it.
func (m *message) recognise(d protoreflect.MessageDescriptor) error {
	known, ok := wellKnownOf(d.FullName())
	if !ok {
		return nil
	}
	same := d.Fields().Len() == len(known.kinds)
	for i, kind := range known.kinds {
		f := d.Fields().ByNumber(protowire.Number(i + 1))
		list := known.special == fieldMask || known.special == listValue
		same = same && f != nil && f.Kind() == kind && f.IsList() == list && f.IsMap() == (known.special == structType)
	}
	if !same {
		return fmt.Errorf("descriptor set: its %s is not the well-known type of that name", d.FullName())
	}
	m.special = known.special
	return nil
}

// hasValue says that a type stands as the member "value" in an Any, beside "@type". Empty has nothing to stand there.
func (m *message) hasValue() bool { return m.special != plain && m.special != emptyType }

// only is the field with this number of a well-known type.
func (m *message) only(number protowire.Number) *field { return &m.fields[m.slots[number]] }
