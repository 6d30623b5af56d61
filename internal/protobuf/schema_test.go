package protobuf_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/gofeaturespb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/privet-gateway/privet/internal/protobuf"
)

// shop is a file of proto3 with a field of every kind.
const shop = `
name: "shop.proto" package: "shop" syntax: "proto3"
dependency: "google/protobuf/any.proto" dependency: "google/protobuf/duration.proto"
dependency: "google/protobuf/empty.proto" dependency: "google/protobuf/field_mask.proto"
dependency: "google/protobuf/struct.proto" dependency: "google/protobuf/timestamp.proto"
dependency: "google/protobuf/wrappers.proto"
message_type {
  name: "Customer"
  field { name: "full_name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "fullName" }
  field { name: "phone_number" number: 2 type: TYPE_STRING label: LABEL_REPEATED json_name: "phoneNumber" }
  field { name: "customer_id" number: 3 type: TYPE_INT64 label: LABEL_OPTIONAL json_name: "customerId" }
  field { name: "home" number: 4 type: TYPE_MESSAGE type_name: ".shop.Address" label: LABEL_OPTIONAL json_name: "home" }
  field { name: "addresses" number: 5 type: TYPE_MESSAGE type_name: ".shop.Address" label: LABEL_REPEATED json_name: "addresses" }
  field { name: "by_name" number: 6 type: TYPE_MESSAGE type_name: ".shop.Customer.ByNameEntry" label: LABEL_REPEATED json_name: "byName" }
  field { name: "tier" number: 7 type: TYPE_ENUM type_name: ".shop.Tier" label: LABEL_OPTIONAL json_name: "tier" }
  field { name: "email" number: 8 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 json_name: "email" }
  field { name: "fax" number: 9 type: TYPE_INT32 label: LABEL_OPTIONAL oneof_index: 0 json_name: "fax" }
  field { name: "post" number: 10 type: TYPE_MESSAGE type_name: ".shop.Address" label: LABEL_OPTIONAL oneof_index: 0 json_name: "post" }
  field { name: "born" number: 11 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL json_name: "born" }
  field { name: "stayed" number: 12 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL json_name: "stayed" }
  field { name: "photo" number: 13 type: TYPE_BYTES label: LABEL_OPTIONAL json_name: "photo" }
  field { name: "detail" number: 14 type: TYPE_MESSAGE type_name: ".google.protobuf.Any" label: LABEL_REPEATED json_name: "detail" }
  field { name: "free" number: 15 type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" label: LABEL_OPTIONAL json_name: "free" }
  field { name: "friend" number: 16 type: TYPE_MESSAGE type_name: ".shop.Customer" label: LABEL_OPTIONAL json_name: "friend" }
  field { name: "mask" number: 17 type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" label: LABEL_OPTIONAL json_name: "mask" }
  field { name: "scores" number: 18 type: TYPE_SINT32 label: LABEL_REPEATED json_name: "scores" }
  field { name: "tiers" number: 19 type: TYPE_ENUM type_name: ".shop.Tier" label: LABEL_REPEATED json_name: "tiers" }
  field { name: "any_value" number: 20 type: TYPE_MESSAGE type_name: ".google.protobuf.Value" label: LABEL_OPTIONAL json_name: "anyValue" }
  field { name: "list" number: 21 type: TYPE_MESSAGE type_name: ".google.protobuf.ListValue" label: LABEL_OPTIONAL json_name: "list" }
  field { name: "nothing" number: 22 type: TYPE_MESSAGE type_name: ".google.protobuf.Empty" label: LABEL_OPTIONAL json_name: "nothing" }
  field { name: "maybe" number: 23 type: TYPE_INT32 label: LABEL_OPTIONAL oneof_index: 1 proto3_optional: true json_name: "maybe" }
  field { name: "count_by_id" number: 24 type: TYPE_MESSAGE type_name: ".shop.Customer.CountByIdEntry" label: LABEL_REPEATED json_name: "countById" }
  field { name: "numbers" number: 25 type: TYPE_MESSAGE type_name: ".shop.Numbers" label: LABEL_OPTIONAL json_name: "numbers" }
  field { name: "wrapped" number: 26 type: TYPE_MESSAGE type_name: ".shop.Wrapped" label: LABEL_OPTIONAL json_name: "wrapped" }
  nested_type {
    name: "ByNameEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "key" }
    field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".shop.Address" label: LABEL_OPTIONAL json_name: "value" }
  }
  nested_type {
    name: "CountByIdEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_SINT64 label: LABEL_OPTIONAL json_name: "key" }
    field { name: "value" number: 2 type: TYPE_ENUM type_name: ".shop.Tier" label: LABEL_OPTIONAL json_name: "value" }
  }
  oneof_decl { name: "contact" }
  oneof_decl { name: "_maybe" }
}
message_type {
  name: "Address"
  field { name: "post_code" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "postCode" }
  field { name: "house" number: 2 type: TYPE_UINT32 label: LABEL_OPTIONAL json_name: "house" }
}
message_type {
  name: "Numbers"
  field { name: "a" number: 1 type: TYPE_DOUBLE label: LABEL_OPTIONAL json_name: "a" }
  field { name: "b" number: 2 type: TYPE_FLOAT label: LABEL_OPTIONAL json_name: "b" }
  field { name: "c" number: 3 type: TYPE_UINT64 label: LABEL_OPTIONAL json_name: "c" }
  field { name: "d" number: 4 type: TYPE_SINT64 label: LABEL_OPTIONAL json_name: "d" }
  field { name: "e" number: 5 type: TYPE_FIXED32 label: LABEL_OPTIONAL json_name: "e" }
  field { name: "f" number: 6 type: TYPE_FIXED64 label: LABEL_OPTIONAL json_name: "f" }
  field { name: "g" number: 7 type: TYPE_SFIXED32 label: LABEL_OPTIONAL json_name: "g" }
  field { name: "h" number: 8 type: TYPE_SFIXED64 label: LABEL_OPTIONAL json_name: "h" }
  field { name: "i" number: 9 type: TYPE_BOOL label: LABEL_OPTIONAL json_name: "i" }
  field { name: "many" number: 10 type: TYPE_DOUBLE label: LABEL_REPEATED json_name: "many" }
  field { name: "few" number: 11 type: TYPE_FIXED32 label: LABEL_REPEATED json_name: "few" options { packed: false } }
  field { name: "by_bool" number: 12 type: TYPE_MESSAGE type_name: ".shop.Numbers.ByBoolEntry" label: LABEL_REPEATED json_name: "byBool" }
  nested_type {
    name: "ByBoolEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_BOOL label: LABEL_OPTIONAL json_name: "key" }
    field { name: "value" number: 2 type: TYPE_BYTES label: LABEL_OPTIONAL json_name: "value" }
  }
}
message_type {
  name: "Wrapped"
  field { name: "a" number: 1 type: TYPE_MESSAGE type_name: ".google.protobuf.DoubleValue" label: LABEL_OPTIONAL json_name: "a" }
  field { name: "b" number: 2 type: TYPE_MESSAGE type_name: ".google.protobuf.Int64Value" label: LABEL_REPEATED json_name: "b" }
  field { name: "c" number: 3 type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" label: LABEL_OPTIONAL json_name: "c" }
  field { name: "d" number: 4 type: TYPE_MESSAGE type_name: ".google.protobuf.BytesValue" label: LABEL_OPTIONAL json_name: "d" }
  field { name: "e" number: 5 type: TYPE_MESSAGE type_name: ".google.protobuf.BoolValue" label: LABEL_OPTIONAL json_name: "e" }
  field { name: "null" number: 6 type: TYPE_ENUM type_name: ".google.protobuf.NullValue" label: LABEL_REPEATED json_name: "null" }
}
enum_type { name: "Tier" value { name: "NONE" number: 0 } value { name: "GOLD" number: 1 } value { name: "LOSS" number: -1 } }
service { name: "Customers"
  method { name: "Get" input_type: ".shop.Address" output_type: ".shop.Customer" }
  method { name: "Old" input_type: ".old.Person" output_type: ".old.Person" }
}
dependency: "old.proto"
`

// old is a file of proto2 with a required field, a group, extensions and an enum that does not begin at 0.
const old = `
name: "old.proto" package: "old" syntax: "proto2"
message_type {
  name: "Person"
  field { name: "id" number: 1 type: TYPE_INT32 label: LABEL_REQUIRED json_name: "id" }
  field { name: "job" number: 2 type: TYPE_GROUP type_name: ".old.Person.Job" label: LABEL_REPEATED json_name: "job" }
  field { name: "state" number: 3 type: TYPE_ENUM type_name: ".old.State" label: LABEL_OPTIONAL json_name: "state" }
  field { name: "states" number: 4 type: TYPE_MESSAGE type_name: ".old.Person.StatesEntry" label: LABEL_REPEATED json_name: "states" }
  field { name: "name" number: 5 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "label" }
  extension_range { start: 100 end: 200 }
  nested_type {
    name: "Job"
    field { name: "job_title" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "jobTitle" }
    field { name: "boss" number: 2 type: TYPE_MESSAGE type_name: ".old.Person" label: LABEL_OPTIONAL json_name: "boss" }
  }
  nested_type {
    name: "StatesEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "key" }
    field { name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "value" }
  }
  extension { name: "shoe" number: 100 type: TYPE_INT32 label: LABEL_OPTIONAL extendee: ".old.Person" json_name: "shoe" }
}
extension { name: "boss" number: 101 type: TYPE_MESSAGE type_name: ".old.Person" label: LABEL_OPTIONAL extendee: ".old.Person" json_name: "boss" }
enum_type { name: "State" value { name: "ON" number: 3 } value { name: "OFF" number: 0 } }
`

func fileOf(t testing.TB, text string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(text), file); err != nil {
		t.Fatal(err)
	}
	return file
}

// setOf is a descriptor set of these files and of those that they may import.
func setOf(t testing.TB, texts ...string) *descriptorpb.FileDescriptorSet {
	t.Helper()
	set := new(descriptorpb.FileDescriptorSet)
	for _, file := range []protoreflect.FileDescriptor{
		anypb.File_google_protobuf_any_proto, durationpb.File_google_protobuf_duration_proto,
		emptypb.File_google_protobuf_empty_proto, fieldmaskpb.File_google_protobuf_field_mask_proto,
		structpb.File_google_protobuf_struct_proto, timestamppb.File_google_protobuf_timestamp_proto,
		wrapperspb.File_google_protobuf_wrappers_proto, descriptorpb.File_google_protobuf_descriptor_proto,
		gofeaturespb.File_google_protobuf_go_features_proto, // extends the descriptors themselves
	} {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	for _, text := range texts {
		set.File = append(set.File, fileOf(t, text))
	}
	return set
}

func marshalled(t testing.TB, m proto.Message) []byte {
	t.Helper()
	raw, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// fixture is the schema under test beside the library's reading of the same set.
type fixture struct {
	schema *protobuf.Schema
	files  *protoregistry.Files
}

func load(t testing.TB) fixture {
	t.Helper()
	set := setOf(t, old, shop)
	schema, err := protobuf.Load(marshalled(t, set))
	if err != nil {
		t.Fatal(err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{schema, files}
}

func (f fixture) message(t testing.TB, name string) protobuf.Message {
	t.Helper()
	m, ok := f.schema.Message(name)
	if !ok {
		t.Fatal("the schema lacks", name)
	}
	return m
}

func TestMethod(t *testing.T) {
	t.Parallel()
	f := load(t)
	in, out, ok := f.schema.Method("/shop.Customers/Get")
	if !ok || in != f.message(t, "shop.Address") || out != f.message(t, "shop.Customer") {
		t.Error("/shop.Customers/Get has the wrong types")
	}
	for _, path := range []string{"", "/", "shop.Customers/Get", "/shop.Customers/get", "/shop.Customers/Get/", "/Customers/Get"} {
		if _, _, ok := f.schema.Method(path); ok {
			t.Errorf("%q is a method", path)
		}
	}
}

func TestLoadJoinsSets(t *testing.T) {
	t.Parallel()
	commented := setOf(t, old)
	commented.File[0].SourceCodeInfo = &descriptorpb.SourceCodeInfo{Location: []*descriptorpb.SourceCodeInfo_Location{{Path: []int32{1}}}}
	schema, err := protobuf.Load(marshalled(t, commented), marshalled(t, setOf(t, old, shop)))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := schema.Message("shop.Customer"); !ok {
		t.Error("the second set is missing")
	}
}

// edition is a file whose messages have tags around them instead of a length, and an enum that is closed.
const edition = `
name: "edition.proto" package: "edition" syntax: "editions" edition: EDITION_2023
options { features { message_encoding: DELIMITED repeated_field_encoding: EXPANDED } }
message_type {
  name: "Node"
  field { name: "child_node" number: 1 type: TYPE_MESSAGE type_name: ".edition.Node" label: LABEL_OPTIONAL json_name: "childNode" }
  field { name: "marks" number: 2 type: TYPE_INT32 label: LABEL_REPEATED json_name: "marks" }
  field { name: "plain" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "plain" options { features { field_presence: IMPLICIT } } }
}`

func TestEditions(t *testing.T) {
	t.Parallel()
	schema, err := protobuf.Load(marshalled(t, setOf(t, edition)))
	if err != nil {
		t.Fatal(err)
	}
	node, _ := schema.Message("edition.Node")
	wire := group(1, group(1, "")+varint(2, 5)+varint(2, 6)) + field(3, "a")
	var v protobuf.View
	view, err := v.Read(node, []byte(wire), protobuf.Limits{})
	if want := `{"childNode":{"childNode":{},"marks":[5,6]},"plain":"a"}`; err != nil || string(view) != want {
		t.Fatalf("view %s, %v, want %s", view, err, want)
	}
	for levels, want := range map[int]bool{20: true, 60: false} {
		deep := strings.Repeat(varint(2, 1), 1000)
		for range levels {
			deep = group(1, deep)
		}
		if _, err := new(protobuf.View).Read(node, []byte(deep), protobuf.Limits{}); (err == nil) != want {
			t.Errorf("%d groups deep: %v", levels, err)
		}
	}
	out, removed, err := v.Write([]byte(`{"childNode":{"childNode":{},"marks":[6]},"plain":""}`))
	if want := group(1, group(1, "")+varint(2, 6)); err != nil || removed != 0 || string(out) != want {
		t.Errorf("wrote %q, removed %d, %v, want %q", out, removed, err, want)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	twin := strings.Replace(old, `json_name: "label"`, `json_name: "state"`, 1)
	fake := `name: "google/protobuf/timestamp.proto" package: "google.protobuf" syntax: "proto3"
		message_type { name: "Timestamp" field { name: "seconds" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL } }`
	only := func(text string) []byte {
		return marshalled(t, &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{fileOf(t, text)}})
	}
	for name, c := range map[string]struct {
		sets [][]byte
		want string
	}{
		"none":          {nil, "not a google.protobuf.FileDescriptorSet"},
		"empty":         {[][]byte{{}}, "descriptor set 1: not a google.protobuf.FileDescriptorSet"},
		"not a set":     {[][]byte{only(old), []byte("syntax = \"proto3\";")}, "descriptor set 2: not a google.protobuf.FileDescriptorSet"},
		"imports":       {[][]byte{only(shop)}, "--include_imports"},
		"two files":     {[][]byte{only(old), only(twin)}, "descriptor set 2: its old.proto differs"},
		"one JSON name": {[][]byte{only(twin)}, `"state" in JSON`},
		"well-known":    {[][]byte{only(fake)}, "google.protobuf.Timestamp is not the well-known type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := protobuf.Load(c.sets...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
