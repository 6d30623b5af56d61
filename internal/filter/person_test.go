package filter

import (
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/rules"
)

const personFile = `
name: "person.proto" package: "test" syntax: "proto3"
message_type {
  name: "Person"
  field { name: "full_name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "fullName" }
  field { name: "phone_number" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "phoneNumber" }
  field { name: "account_id" number: 3 type: TYPE_INT64 label: LABEL_OPTIONAL json_name: "accountId" }
  field { name: "people" number: 4 type: TYPE_MESSAGE type_name: ".test.Person" label: LABEL_REPEATED json_name: "people" }
  field { name: "home_country" number: 5 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "homeCountry" }
}`

const personPolicy = `
categories:
  secret: {title: For no purpose}
  telephone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}
endpoints:
  POST /one:
    response: {$..phone_number: telephone, $..accountId: telephone, "$.people[?@.home_country=='DE'].fullName": secret}
  POST /each:
    each: {of: "$.people[*]", subject: $.full_name, residence: $.home_country}
    response: {"$.people[*].phone_number": telephone}
`

// person is the type of the messages, as it is filtered by and as it is read by.
func person(tb testing.TB) (protobuf.Message, protoreflect.MessageDescriptor) {
	tb.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(personFile), file); err != nil {
		tb.Fatal(err)
	}
	set := &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{file}}
	raw, err := proto.Marshal(set)
	if err != nil {
		tb.Fatal(err)
	}
	schema, err := protobuf.Load(raw)
	if err != nil {
		tb.Fatal(err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		tb.Fatal(err)
	}
	found, err := files.FindDescriptorByName("test.Person")
	if err != nil {
		tb.Fatal(err)
	}
	kind, _ := schema.Message("test.Person")
	return kind, found.(protoreflect.MessageDescriptor) //nolint:forcetypeassert // the file says so
}

// inWire writes a message by its JSON, as a frame.
func inWire(tb testing.TB, of protoreflect.MessageDescriptor, text string) string {
	tb.Helper()
	m := dynamicpb.NewMessage(of)
	if err := protojson.Unmarshal([]byte(text), m); err != nil {
		tb.Fatal(err)
	}
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return framed(0, string(raw))
}

func framed(flags byte, message string) string {
	n := len(message)
	return string([]byte{flags, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + message
}

func native(kind protobuf.Message) BodySpec {
	return BodySpec{
		Direction: rules.Response, Media: Messages, Message: kind,
		Framing: Framing{Protocol: grpc.Native, Codec: grpc.Proto, Coding: coding.Identity},
	}
}
