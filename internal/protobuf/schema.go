package protobuf

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Schema is a descriptor set. It is immutable, and safe for concurrent use.
type Schema struct {
	messages map[protoreflect.FullName]*message
	methods  map[string]method
	any      *jsonpath.Names // of every type that an Any may hold
}

type method struct{ in, out *message }

// Message is a type of message. The zero Message refuses every message.
type Message struct {
	schema *Schema
	table  *message
}

// Load reads descriptor sets: serialized google.protobuf.FileDescriptorSet, as `protoc --include_imports
// --descriptor_set_out` and `buf build` write them. A file that stands in several sets must be the same in each. Imports
// that no set holds are an error, and so are fields of one message that have the same name in JSON.
func Load(sets ...[]byte) (*Schema, error) {
	joined := new(descriptorpb.FileDescriptorSet)
	known := map[string]*descriptorpb.FileDescriptorProto{}
	for i, set := range sets {
		one := new(descriptorpb.FileDescriptorSet)
		if err := proto.Unmarshal(set, one); err != nil || len(one.GetFile()) == 0 {
			return nil, fmt.Errorf("descriptor set %d: %w", i+1, errNoSet)
		}
		for _, file := range one.GetFile() {
			file.SourceCodeInfo = nil // comments, which one set may have and another not
			before, twice := known[file.GetName()]
			if !twice {
				known[file.GetName()] = file
				joined.File = append(joined.File, file)
			} else if !proto.Equal(before, file) {
				return nil, fmt.Errorf("descriptor set %d: its %s differs from that of an earlier set", i+1, file.GetName())
			}
		}
	}
	if len(joined.GetFile()) == 0 {
		return nil, errNoSet
	}
	files, err := protodesc.NewFiles(joined)
	if err != nil {
		return nil, fmt.Errorf("descriptor set: %w (imports must be in it: --include_imports)", err)
	}
	return compile(files)
}

var errNoSet = errors.New("not a google.protobuf.FileDescriptorSet, or one without files")

func compile(files *protoregistry.Files) (*Schema, error) {
	s := &Schema{messages: map[protoreflect.FullName]*message{}, methods: map[string]method{}}
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		s.declare(file.Messages())
		return true
	})
	var err error
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if err = s.define(file.Messages()); err == nil {
			err = s.extend(file)
		}
		s.serve(file.Services())
		return err == nil
	})
	if err != nil {
		return nil, err
	}
	for _, m := range s.messages {
		if err := m.index(); err != nil {
			return nil, err
		}
	}
	s.nameAll()
	return s, nil
}

// declare makes the tables first, since messages may hold each other.
func (s *Schema) declare(descriptors protoreflect.MessageDescriptors) {
	for i := range descriptors.Len() {
		d := descriptors.Get(i)
		s.messages[d.FullName()] = &message{name: string(d.FullName())}
		s.declare(d.Messages())
	}
}

func (s *Schema) define(descriptors protoreflect.MessageDescriptors) error {
	for i := range descriptors.Len() {
		d := descriptors.Get(i)
		m := s.messages[d.FullName()]
		m.oneofs = d.Oneofs().Len()
		for j := range d.Fields().Len() {
			m.fields = append(m.fields, s.field(d.Fields().Get(j)))
		}
		if err := m.recognise(d); err != nil {
			return err
		}
		if err := s.define(d.Messages()); err != nil {
			return err
		}
	}
	return nil
}

// extender is what declares extensions: a file, or a message.
type extender interface {
	Messages() protoreflect.MessageDescriptors
	Extensions() protoreflect.ExtensionDescriptors
}

func (s *Schema) extend(in extender) error {
	for i := range in.Extensions().Len() {
		d := in.Extensions().Get(i)
		m := s.messages[d.ContainingMessage().FullName()]
		if m == nil {
			return fmt.Errorf("descriptor set: %s extends a message that is not in it; build it with --include_imports", d.FullName())
		}
		m.fields = append(m.fields, s.field(d))
	}
	for i := range in.Messages().Len() {
		if err := s.extend(in.Messages().Get(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schema) serve(services protoreflect.ServiceDescriptors) {
	for i := range services.Len() {
		service := services.Get(i)
		for j := range service.Methods().Len() {
			d := service.Methods().Get(j)
			path := "/" + string(service.FullName()) + "/" + string(d.Name())
			s.methods[path] = method{in: s.messages[d.Input().FullName()], out: s.messages[d.Output().FullName()]}
		}
	}
}

// Method finds the types of a method's requests and responses by its path, such as "/pkg.Service/Method".
func (s *Schema) Method(path string) (in, out Message, ok bool) {
	m, ok := s.methods[path]
	if !ok {
		return Message{}, Message{}, false
	}
	return Message{s, m.in}, Message{s, m.out}, true
}

// Message finds a type by its full name, such as "pkg.Message".
func (s *Schema) Message(name string) (Message, bool) {
	m := s.messages[protoreflect.FullName(name)]
	return Message{s, m}, m != nil
}

// byURL finds the type that the URL of an Any names: what stands behind its last slash.
func (s *Schema) byURL(url []byte) *message {
	name := string(url)
	return s.messages[protoreflect.FullName(name[strings.LastIndexByte(name, '/')+1:])]
}
