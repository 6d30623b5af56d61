package caddymodule

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

const shopFile = `
name: "shop.proto" package: "shop" syntax: "proto3"
message_type {
  name: "Customer"
  field { name: "full_name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "fullName" }
  field { name: "phone_number" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "phoneNumber" }
  field { name: "customer_id" number: 3 type: TYPE_INT64 label: LABEL_OPTIONAL json_name: "customerId" }
  field { name: "friend" number: 4 type: TYPE_MESSAGE type_name: ".shop.Customer" label: LABEL_OPTIONAL json_name: "friend" }
  field { name: "people" number: 5 type: TYPE_MESSAGE type_name: ".shop.Customer" label: LABEL_REPEATED json_name: "people" }
  field { name: "home_country" number: 6 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "homeCountry" }
  field { name: "by_name" number: 7 type: TYPE_MESSAGE type_name: ".shop.Customer.ByNameEntry" label: LABEL_REPEATED json_name: "byName" }
  nested_type {
    name: "ByNameEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "key" }
    field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".shop.Customer" label: LABEL_OPTIONAL json_name: "value" }
  }
}
service {
  name: "Customers"
  method { name: "Put" input_type: ".shop.Customer" output_type: ".shop.Customer" }
  method { name: "Get" input_type: ".shop.Customer" output_type: ".shop.Customer" }
  method { name: "Free" input_type: ".shop.Customer" output_type: ".shop.Customer" }
  method { name: "List" input_type: ".shop.Customer" output_type: ".shop.Customer" server_streaming: true }
  method { name: "Chat" input_type: ".shop.Customer" output_type: ".shop.Customer" client_streaming: true server_streaming: true }
}`

// A path is written in either spelling of its names.
const shopPolicy = `
purposes:
  service: {basis: contract, default: true}
  analytics: {basis: consent}
regimes: {default: opt_in, US: opt_out}
categories:
  secret: {title: For no purpose}
  telephone: {purposes: [analytics], otherwise: {mask: {keep_last: 2}}}
endpoints:
  POST /shop.Customers/Put:
    headers: {X-Device-Id: secret}
    request: {$.phoneNumber: telephone, $.friend.full_name: secret, "$.by_name[*].phone_number": telephone, $.customer_id: telephone}
  POST /shop.Customers/Get:
    headers: {X-Device-Id: secret}
    response: {$.phoneNumber: telephone, $.friend.full_name: secret, "$.by_name[*].phone_number": telephone, $.customer_id: telephone}
  POST /shop.Customers/List:
    each: {of: "$.people[*]", residence: $.home_country}
    response: {"$.people[*].phone_number": telephone}
  POST /shop.Customers/Chat:
    request: {$.phone_number: telephone}
    response: {$.fullName: secret}
  POST /shop.Unknown/Get:
    response: {$.fullName: secret}
`

// shop is a service of gRPC behind the gateway.
type shop struct {
	kind protoreflect.MessageDescriptor
	conn *grpc.ClientConn

	mu     sync.Mutex
	answer func(grpc.ServerStream) error
}

// skipUnderRace leaves out what the race detector finds fault with elsewhere.
func skipUnderRace(t *testing.T, why string) {
	t.Helper()
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip(why)
	}
}

// openShop starts the service, and the gateway before it, with further handlers. What is not gRPC goes to the upstream of scripts.
func openShop(t *testing.T, options string, handlers ...string) *shop {
	t.Helper()
	skipUnderRace(t, "Caddy's own wrapper of a request's body notes without a lock that it was read, which the transport asks when it closes it")
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(shopFile), file); err != nil {
		t.Fatal(err)
	}
	set := &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{file}}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		t.Fatal(err)
	}
	found, err := files.FindDescriptorByName("shop.Customer")
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{kind: found.(protoreflect.MessageDescriptor)}
	raw, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	descriptors := filepath.Join(t.TempDir(), "shop.binpb")
	if err := os.WriteFile(descriptors, raw, 0o600); err != nil {
		t.Fatal(err)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		s.mu.Lock()
		answer := s.answer
		s.mu.Unlock()
		return answer(stream)
	}))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)

	options = strings.ReplaceAll(options, "DESCRIPTORS", descriptors)
	compose(t, shopPolicy, options+"\n}\nservers {\nprotocols h1 h2 h2c", "privacy {\npurpose analytics\n}\n"+strings.Join(handlers, "\n")+
		"\n@native header Content-Type application/grpc\nreverse_proxy @native h2c://"+listener.Addr().String()+"\nreverse_proxy UPSTREAM")
	s.conn, err = grpc.NewClient("passthrough:///"+site.addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.conn.Close() })
	return s
}

// answers sets what the service does with the next calls.
func (s *shop) answers(answer func(grpc.ServerStream) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// replies answers a call with one message, and gives what it was asked.
func (s *shop) replies(t *testing.T, text string) <-chan *dynamicpb.Message {
	t.Helper()
	reply, asked := s.customer(t, text), make(chan *dynamicpb.Message, 1)
	s.answers(func(stream grpc.ServerStream) error {
		in := dynamicpb.NewMessage(s.kind)
		if err := stream.RecvMsg(in); err != nil {
			return err
		}
		asked <- in
		return stream.SendMsg(reply)
	})
	return asked
}

// customer is a message by its JSON.
func (s *shop) customer(t *testing.T, text string) *dynamicpb.Message {
	t.Helper()
	m := dynamicpb.NewMessage(s.kind)
	if err := protojson.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	return m
}

// wire is a message in binary.
func (s *shop) wire(t *testing.T, text string) string {
	t.Helper()
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(s.customer(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// is asserts a message.
func (s *shop) is(t *testing.T, what string, got proto.Message, want string) {
	t.Helper()
	if !proto.Equal(got, s.customer(t, want)) {
		t.Errorf("%s is %v, want %s", what, got, want)
	}
}

// call makes a unary call.
func (s *shop) call(t *testing.T, method, text string, options ...grpc.CallOption) (*dynamicpb.Message, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := dynamicpb.NewMessage(s.kind)
	return out, s.conn.Invoke(ctx, method, s.customer(t, text), out, options...)
}

// stream begins a call that streams in both directions.
func (s *shop) stream(t *testing.T, method string, options ...grpc.CallOption) grpc.ClientStream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	stream, err := s.conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method, options...)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}
