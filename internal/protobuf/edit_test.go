package protobuf_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/internal/protobuf"
)

// cutter removes every place that a path selects, or puts a text in its place.
type cutter struct{ instead []byte }

func (c cutter) Visit(jsonpath.Place) jsonpath.Verdict {
	if c.instead != nil {
		return jsonpath.Verdict{Do: jsonpath.Replace, Value: c.instead}
	}
	return jsonpath.Verdict{Do: jsonpath.Remove}
}

func (c cutter) Held(p jsonpath.Place, _ []byte) jsonpath.Verdict { return c.Visit(p) }
func (cutter) Leave(jsonpath.Place)                               {}

// edited is a view after an edit at one path.
func edited(t testing.TB, view []byte, path string, instead []byte) []byte {
	t.Helper()
	p, err := jsonpath.Parse(path)
	if err != nil {
		t.Fatal(path, err)
	}
	e := jsonpath.NewEditor(jsonpath.Compile([]jsonpath.Path{p}), cutter{instead}, jsonpath.Limits{})
	out, err := e.Feed(view)
	if err != nil {
		t.Fatal(err)
	}
	whole := append([]byte(nil), out...)
	out, err = e.Close()
	if err != nil {
		t.Fatal(err)
	}
	return append(whole, out...)
}

func segment(name string) string {
	quoted, _ := json.Marshal(name)
	return "[" + string(quoted) + "]"
}

// cut clears a random field, element or entry of m, and gives the path that means the same place. It says what it cleared.
func (r *random) cut(m protoreflect.Message) (path string, required bool) {
	if m.Descriptor().FullName() == "google.protobuf.Any" {
		return r.cutAny(m)
	}
	var present []protoreflect.FieldDescriptor
	m.Range(func(d protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		present = append(present, d)
		return true
	})
	if special[m.Descriptor().FullName()] || len(present) == 0 {
		return "", false
	}
	d := present[r.IntN(len(present))]
	path = segment(d.JSONName())
	if r.IntN(4) > 0 {
		if below, required, ok := r.cutBelow(m, d); ok {
			return path + below, required
		}
	}
	m.Clear(d)
	return path, d.Cardinality() == protoreflect.Required
}

// special are the types that are cut as a whole.
var special = map[protoreflect.FullName]bool{
	"google.protobuf.Timestamp": true, "google.protobuf.Duration": true, "google.protobuf.FieldMask": true,
	"google.protobuf.Struct": true, "google.protobuf.Value": true, "google.protobuf.ListValue": true,
	"google.protobuf.DoubleValue": true, "google.protobuf.Int64Value": true, "google.protobuf.StringValue": true,
	"google.protobuf.BytesValue": true, "google.protobuf.BoolValue": true, "google.protobuf.Empty": true,
}

func (r *random) cutBelow(m protoreflect.Message, d protoreflect.FieldDescriptor) (path string, required, ok bool) {
	switch {
	case d.IsMap():
		entries := m.Mutable(d).Map()
		var keys []protoreflect.MapKey
		entries.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
			keys = append(keys, k)
			return true
		})
		key := keys[r.IntN(len(keys))]
		path = segment(key.String())
		if d.MapValue().Message() != nil && r.IntN(2) == 0 {
			below, required := r.cut(entries.Mutable(key).Message())
			return path + below, required, below != ""
		}
		entries.Clear(key)
		return path, false, true
	case d.IsList():
		list := m.Mutable(d).List()
		at := r.IntN(list.Len())
		path = fmt.Sprintf("[%d]", at)
		if d.Message() != nil && r.IntN(2) == 0 {
			below, required := r.cut(list.Get(at).Message())
			return path + below, required, below != ""
		}
		for i := at; i+1 < list.Len(); i++ {
			list.Set(i, list.Get(i+1))
		}
		list.Truncate(list.Len() - 1)
		return path, false, true
	case d.Message() != nil:
		path, required = r.cut(m.Mutable(d).Message())
		return path, required, path != ""
	default:
		return "", false, false
	}
}

func (r *random) cutAny(m protoreflect.Message) (path string, required bool) {
	url, value := m.Descriptor().Fields().ByNumber(1), m.Descriptor().Fields().ByNumber(2)
	name := protoreflect.FullName(m.Get(url).String())
	if name == "" {
		return "", false
	}
	name = name[len("type.googleapis.com/"):]
	if special[name] || name == "google.protobuf.Any" {
		return "", false
	}
	payload, err := r.f.dynamic(name, m.Get(value).Bytes())
	if err != nil {
		panic(err)
	}
	path, required = r.cut(payload)
	wire, err := proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(payload)
	if err != nil {
		panic(err)
	}
	m.Set(value, protoreflect.ValueOfBytes(wire))
	return path, required
}

// checkCut removes one place by its path in the view, and by hand in the library's message.
func checkCut(t *testing.T, fix fixture, seed uint64) (path string) {
	t.Helper()
	name := roots[seed%2]
	m, r := fix.random(t, name, seed)
	wire := marshalled(t, m)
	path, required := r.cut(m)
	if path == "" {
		return ""
	}
	var v protobuf.View
	view, err := v.Read(fix.message(t, string(name)), wire, protobuf.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	after := edited(t, view, "$"+path, nil)
	out, removed, err := v.Write(after)
	if required {
		if refusal, ok := errors.AsType[*protobuf.Error](err); !ok || refusal.Kind != protobuf.Required {
			t.Fatalf("$%s: %v, want a refusal for a required field", path, err)
		}
		return path
	}
	if err != nil || removed != 0 {
		t.Fatalf("$%s: removed %d, %v", path, removed, err)
	}
	back, err := fix.dynamic(name, out)
	if err != nil {
		t.Fatalf("$%s: %v", path, err)
	}
	if !fix.equal(t, back, m) {
		t.Fatalf("$%s\nview %s\ncut  %s\nhave %v\nwant %v", path, view, after, back, m)
	}
	return path
}

func TestCut(t *testing.T) {
	t.Parallel()
	fix := load(t)
	cuts := map[string]bool{}
	for seed := range uint64(4000) {
		cuts[checkCut(t, fix, seed)] = true
	}
	if len(cuts) < 100 {
		t.Errorf("only %d different paths were cut", len(cuts))
	}
}

func FuzzCut(f *testing.F) {
	fix := load(f)
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { checkCut(t, fix, seed) })
}
