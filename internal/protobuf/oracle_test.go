package protobuf_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/privet-gateway/privet/internal/protobuf"
)

// dynamic is the library's message of a type, parsed from wire.
func (f fixture) dynamic(name protoreflect.FullName, wire []byte) (*dynamicpb.Message, error) {
	d, err := f.files.FindDescriptorByName(name)
	if err != nil {
		return nil, err
	}
	m := dynamicpb.NewMessage(d.(protoreflect.MessageDescriptor))
	return m, proto.UnmarshalOptions{Resolver: f.types()}.Unmarshal(wire, m)
}

func (f fixture) types() *dynamicpb.Types { return dynamicpb.NewTypes(f.files) }

// unknown says that some message in m has fields that the descriptor set does not know.
func unknown(m protoreflect.Message) bool {
	found := len(m.GetUnknown()) > 0
	m.Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case d.IsMap() && d.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				found = found || unknown(v.Message())
				return true
			})
		case d.IsList() && d.Message() != nil:
			for i := range v.List().Len() {
				found = found || unknown(v.List().Get(i).Message())
			}
		case d.Message() != nil && !d.IsMap():
			found = found || unknown(v.Message())
		}
		return true
	})
	return found
}

// sameJSON compares what two texts say, numbers as float64.
func sameJSON(t testing.TB, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatalf("the view is no JSON: %v\n%s", err, a)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	first, _ := json.Marshal(x)
	second, _ := json.Marshal(y)
	return bytes.Equal(first, second)
}

// random fills a message. Values of well-known types are ones that ProtoJSON has a form for.
type random struct {
	*rand.Rand
	f     fixture
	depth int
}

func (r *random) fill(m protoreflect.Message) {
	d := m.Descriptor()
	switch d.FullName() {
	case "google.protobuf.Timestamp":
		m.Set(d.Fields().ByNumber(1), protoreflect.ValueOfInt64(r.Int64N(4e9)-2e9))
		m.Set(d.Fields().ByNumber(2), protoreflect.ValueOfInt32(r.nanos()))
		return
	case "google.protobuf.Duration":
		m.Set(d.Fields().ByNumber(1), protoreflect.ValueOfInt64(-r.Int64N(3)))
		m.Set(d.Fields().ByNumber(2), protoreflect.ValueOfInt32(-r.nanos()))
		return
	case "google.protobuf.FieldMask":
		list := m.Mutable(d.Fields().ByNumber(1)).List()
		for range r.IntN(3) {
			list.Append(protoreflect.ValueOfString([]string{"a_b.c", "foo", "_x", "x1.y"}[r.IntN(4)]))
		}
		return
	case "google.protobuf.Any":
		r.fillAny(m)
		return
	case "google.protobuf.Value":
		f := d.Fields().Get(r.IntN(4))
		if r.depth < 4 {
			f = d.Fields().Get(r.IntN(6))
		}
		switch f.Kind() {
		case protoreflect.DoubleKind:
			m.Set(f, protoreflect.ValueOfFloat64(float64(r.IntN(1000))/8))
		case protoreflect.EnumKind:
			m.Set(f, protoreflect.ValueOfEnum(0))
		default:
			r.set(m, f)
		}
		return
	}
	r.depth++
	defer func() { r.depth-- }()
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		if f.Cardinality() == protoreflect.Required || r.IntN(3) == 0 && (r.depth < 5 || f.Message() == nil) {
			r.set(m, f)
		}
	}
	if d.FullName() == "old.Person" {
		for _, name := range []protoreflect.FullName{"old.Person.shoe", "old.boss"} {
			e, err := r.f.types().FindExtensionByName(name)
			if err != nil {
				panic(err)
			}
			if r.IntN(3) == 0 && r.depth < 5 {
				r.set(m, e.TypeDescriptor())
			}
		}
	}
}

func (r *random) nanos() int32 { return []int32{0, 1, 120_000, 500_000_000, 999_999_999}[r.IntN(5)] }

func (r *random) fillAny(m protoreflect.Message) {
	names := []protoreflect.FullName{"shop.Address", "google.protobuf.Timestamp", "google.protobuf.Empty", "old.Person", "google.protobuf.Value", "google.protobuf.Any"}
	name := names[r.IntN(len(names))]
	if r.IntN(8) == 0 || r.depth > 4 {
		return
	}
	payload, err := r.f.dynamic(name, nil)
	if payload == nil {
		panic(err)
	}
	r.depth++
	r.fill(payload)
	r.depth--
	wire, err := proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(payload)
	if err != nil {
		panic(err)
	}
	m.Set(m.Descriptor().Fields().ByNumber(1), protoreflect.ValueOfString("type.googleapis.com/"+string(name)))
	m.Set(m.Descriptor().Fields().ByNumber(2), protoreflect.ValueOfBytes(wire))
}

func (r *random) set(m protoreflect.Message, f protoreflect.FieldDescriptor) {
	switch {
	case f.IsMap():
		entries := m.Mutable(f).Map()
		for range 1 + r.IntN(3) {
			key := r.scalar(f.MapKey()).MapKey()
			if f.MapValue().Message() == nil {
				entries.Set(key, r.scalar(f.MapValue()))
			} else {
				r.fill(entries.Mutable(key).Message())
			}
		}
	case f.IsList():
		list := m.Mutable(f).List()
		for range 1 + r.IntN(3) {
			if f.Message() == nil {
				list.Append(r.scalar(f))
			} else {
				r.fill(list.AppendMutable().Message())
			}
		}
	case f.Message() != nil:
		r.fill(m.Mutable(f).Message())
	default:
		m.Set(f, r.scalar(f))
	}
}

func (r *random) scalar(f protoreflect.FieldDescriptor) protoreflect.Value {
	n := []int64{0, 1, -1, 127, 1 << 30, -1 << 31, 1<<31 - 1, 1<<63 - 1, -1 << 63, 77}[r.IntN(10)]
	x := []float64{0, 1, -1.5, 1e-7, 1e21, 3.25, 1e300, 123456789}[r.IntN(8)]
	switch f.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(n&1 == 1)
	case protoreflect.EnumKind:
		if f.Enum().FullName() == "google.protobuf.NullValue" {
			return protoreflect.ValueOfEnum(0)
		}
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(r.IntN(6) - 1))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(n))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(n)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(n))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(n))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(x))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(x)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte("\x00\xff\xfe~"[:r.IntN(5)]))
	default:
		return protoreflect.ValueOfString([]string{"", "a", "ä\"\\\n\x01", "\U0001F600", "3"}[r.IntN(5)])
	}
}

func (f fixture) random(t testing.TB, name protoreflect.FullName, seed uint64) (*dynamicpb.Message, *random) {
	t.Helper()
	m, err := f.dynamic(name, nil)
	if m == nil {
		t.Fatal(err)
	}
	r := &random{Rand: rand.New(rand.NewPCG(seed, 1)), f: f}
	r.fill(m)
	return m, r
}

var roots = []protoreflect.FullName{"shop.Customer", "old.Person"}

// FuzzView compares with protojson on any bytes, and asks for the same message back.
func FuzzView(f *testing.F) {
	fix := load(f)
	for seed := range uint64(40) {
		name := roots[seed%2]
		m, _ := fix.random(f, name, seed)
		f.Add(int(seed%2), marshalled(f, m))
	}
	f.Add(0, []byte("\x42\x01a\x48\x01\x42\x01b"))           // a oneof that changes its mind
	f.Add(0, []byte("\x22\x03\x0a\x01a\x22\x02\x10\x01"))    // a message in two parts
	f.Add(0, []byte("\x22\x03\x0a\x03a\x22\x02\x10\x01"))    // the same, of which the first would go on in the second
	f.Add(0, []byte("\x32\x03\x0a\x01a\x32\x03\x0a\x01a"))   // a key twice
	f.Add(0, []byte("\x90\x01\x02\x92\x01\x02\x02\x04"))     // a list, packed and not
	f.Add(1, []byte("\x08\xff\xff\xff\xff\xff\xff\xff\x01")) // bits beyond an int32
	f.Add(0, []byte("\x32\x05\x0a\x010\x080"))               // a key that is a number too, on which the library panics
	f.Fuzz(func(t *testing.T, root int, wire []byte) {
		name := roots[root&1]
		var v protobuf.View
		view, err := v.Read(fix.message(t, string(name)), wire, protobuf.Limits{})
		if err != nil {
			return // that it is right to refuse, the tables check
		}
		reference, parse := fix.dynamic(name, wire)
		if parse != nil || unknown(reference) {
			t.Fatalf("passed what the library refuses or does not know: %v", parse)
		}
		want, err := protojson.MarshalOptions{Resolver: fix.types(), AllowPartial: true}.Marshal(reference)
		if err != nil {
			t.Fatalf("passed what protojson refuses: %v", err)
		}
		if !sameJSON(t, view, want) {
			t.Fatalf("view\n%s\nwant\n%s", view, want)
		}
		same, removed, err := v.Write(view)
		if err != nil || removed != 0 {
			t.Fatalf("unedited: removed %d, %v", removed, err)
		}
		spaced := append([]byte(" "), view...) // an edit, though it says nothing
		again, removed, err := v.Write(spaced)
		if err != nil || removed != 0 {
			t.Fatalf("written anew: removed %d, %v", removed, err)
		}
		for _, out := range [][]byte{same, again} {
			back, err := fix.dynamic(name, out)
			if err != nil {
				t.Fatal(err)
			}
			if !fix.equal(t, back, reference) {
				t.Fatalf("written\n%v\nwant\n%v", back, reference)
			}
		}
	})
}

// equal compares messages, and the payloads of Any by what they say.
func (f fixture) equal(t testing.TB, a, b proto.Message) bool {
	t.Helper()
	if proto.Equal(a, b) {
		return true
	}
	options := protojson.MarshalOptions{Resolver: f.types(), AllowPartial: true}
	x, err := options.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := options.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return sameJSON(t, x, y)
}

// TestViewOfEveryMessage holds that whatever the library makes is taken.
func TestViewOfEveryMessage(t *testing.T) {
	t.Parallel()
	fix := load(t)
	var v protobuf.View
	for seed := range uint64(3000) {
		name := roots[seed%2]
		m, _ := fix.random(t, name, seed)
		wire := marshalled(t, m)
		view, err := v.Read(fix.message(t, string(name)), wire, protobuf.Limits{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%v", seed, err, m)
		}
		want, err := protojson.MarshalOptions{Resolver: fix.types()}.Marshal(m)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !sameJSON(t, view, want) {
			t.Fatalf("seed %d: view\n%s\nwant\n%s", seed, view, want)
		}
		if out, removed, err := v.Write(view); err != nil || removed != 0 || !bytes.Equal(out, wire) {
			t.Fatalf("seed %d: the unedited message changed: removed %d, %v", seed, removed, err)
		}
		out, removed, err := v.Write(append([]byte("\n"), view...))
		if err != nil || removed != 0 {
			t.Fatalf("seed %d: removed %d, %v", seed, removed, err)
		}
		if back, err := fix.dynamic(name, out); err != nil || !fix.equal(t, back, m) {
			t.Fatalf("seed %d: %v: written\n%v\nwant\n%v", seed, err, back, m)
		}
	}
}
