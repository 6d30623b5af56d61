package protobuf_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/privet-gateway/privet/internal/protobuf"
)

// The wire of a field, by its number.
func varint(number protowire.Number, x uint64) string {
	return string(protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), x))
}

func field(number protowire.Number, value ...string) string {
	return string(protowire.AppendString(protowire.AppendTag(nil, number, protowire.BytesType), strings.Join(value, "")))
}

func group(number protowire.Number, value string) string {
	return string(protowire.AppendTag(nil, number, protowire.StartGroupType)) + value +
		string(protowire.AppendTag(nil, number, protowire.EndGroupType))
}

func payload(name string, value ...string) string {
	return field(1, "type.googleapis.com/"+name) + field(2, value...)
}

func refused(t *testing.T, err error, want protobuf.Error) {
	t.Helper()
	got, ok := errors.AsType[*protobuf.Error](err)
	if !ok || *got != want {
		t.Errorf("error %v, want %v", err, &want)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	fix := load(t)
	stranger := varint(999, 1)
	nested := func(messages int) (wire string) {
		for range messages - 1 {
			wire = field(16, wire)
		}
		return wire
	}
	for name, c := range map[string]struct {
		root, wire string
		kind       protobuf.ErrorKind
		in         string
		at         int64
	}{
		"unknown field":               {"shop.Address", field(1, "a") + stranger, protobuf.UnknownField, "shop.Address", 3},
		"unknown in a message":        {"shop.Customer", field(1, "a") + field(4, stranger), protobuf.UnknownField, "shop.Address", 5},
		"unknown in an element":       {"shop.Customer", field(5) + field(5, field(1), stranger), protobuf.UnknownField, "shop.Address", 6},
		"unknown in a map's entry":    {"shop.Customer", field(6, field(1, "k"), stranger), protobuf.UnknownField, "shop.Customer.ByNameEntry", 5},
		"unknown in a map's value":    {"shop.Customer", field(6, field(1, "k"), field(2, stranger)), protobuf.UnknownField, "shop.Address", 7},
		"unknown in an Any":           {"shop.Customer", field(14, payload("shop.Address", stranger)), protobuf.UnknownField, "shop.Address", 38},
		"unknown beside an Any":       {"shop.Customer", field(14, stranger), protobuf.UnknownField, "google.protobuf.Any", 2},
		"unknown in a Timestamp":      {"shop.Customer", field(11, stranger), protobuf.UnknownField, "google.protobuf.Timestamp", 2},
		"unknown in an Empty":         {"shop.Customer", field(22, stranger), protobuf.UnknownField, "google.protobuf.Empty", 3},
		"unknown in a losing member":  {"shop.Customer", field(10, stranger) + varint(9, 1), protobuf.UnknownField, "shop.Address", 2},
		"not UTF-8, overwritten":      {"shop.Customer", field(1, "\xff") + field(1, "a"), protobuf.Malformed, "shop.Customer", 2},
		"unknown in a map, twice":     {"shop.Customer", field(6, field(2, stranger)) + field(6), protobuf.UnknownField, "shop.Address", 4},
		"unknown in a group":          {"old.Person", varint(1, 1) + group(2, stranger), protobuf.UnknownField, "old.Person.Job", 3},
		"unknown extension":           {"old.Person", varint(1, 1) + varint(150, 1), protobuf.UnknownField, "old.Person", 2},
		"unknown in an extension":     {"old.Person", varint(1, 1) + field(101, varint(1, 1), stranger), protobuf.UnknownField, "old.Person", 7},
		"of another wire type":        {"shop.Customer", field(3, "12345678"), protobuf.UnknownField, "shop.Customer", 0},
		"a packed message":            {"old.Person", varint(1, 1) + field(2, "a"), protobuf.UnknownField, "old.Person", 2},
		"an Any of an unknown type":   {"shop.Customer", field(14, payload("shop.Nobody", "")), protobuf.UnknownType, "google.protobuf.Any", 2},
		"an Any of no type":           {"shop.Customer", field(14, field(2, "a")), protobuf.UnknownType, "google.protobuf.Any", 2},
		"cut in a tag":                {"shop.Customer", "\x80", protobuf.Malformed, "shop.Customer", 0},
		"cut in a value":              {"shop.Customer", field(1, "abc")[:4], protobuf.Malformed, "shop.Customer", 0},
		"going on in the next part":   {"shop.Customer", "\x22\x03\x0a\x03a\x22\x02\x10\x01", protobuf.Malformed, "shop.Address", 2},
		"cut in a packed list":        {"shop.Customer", field(18, "\x02\x80"), protobuf.Malformed, "shop.Customer", 4},
		"a group that does not end":   {"old.Person", varint(1, 1) + "\x13", protobuf.Malformed, "old.Person", 2},
		"a group that ends twice":     {"old.Person", varint(1, 1) + "\x14", protobuf.UnknownField, "old.Person", 2},
		"field 0":                     {"shop.Customer", "\x00\x00", protobuf.Malformed, "shop.Customer", 0},
		"a string that is not UTF-8":  {"shop.Customer", field(1, "\xff"), protobuf.Malformed, "shop.Customer", 2},
		"a key that is not UTF-8":     {"shop.Customer", field(6, field(1, "\xff")), protobuf.Malformed, "shop.Customer.ByNameEntry", 4},
		"no required field":           {"old.Person", field(5, "a"), protobuf.Required, "old.Person", 0},
		"no required field in a part": {"old.Person", varint(1, 1) + field(101), protobuf.Required, "old.Person", 5},
		"a year of five digits":       {"shop.Customer", field(11, varint(1, 253402300800)), protobuf.Unrepresentable, "google.protobuf.Timestamp", 2},
		"a Duration of two signs":     {"shop.Customer", field(12, varint(1, 1), varint(2, ^uint64(0))), protobuf.Unrepresentable, "google.protobuf.Duration", 2},
		"a FieldMask in capitals":     {"shop.Customer", field(17, field(1, "aB")), protobuf.Unrepresentable, "google.protobuf.FieldMask", 3},
		"a Value that is none":        {"shop.Customer", field(20), protobuf.Unrepresentable, "google.protobuf.Value", 3},
		"101 deep":                    {"shop.Customer", nested(101), protobuf.TooDeep, "shop.Customer", 357},
		"100 deep":                    {"shop.Customer", nested(100), 0, "", -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v protobuf.View
			_, err := v.Read(fix.message(t, c.root), []byte(c.wire), protobuf.Limits{})
			if c.at < 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, protobuf.Error{Kind: c.kind, Type: c.in, Offset: c.at})
			if _, _, err := v.Write(nil); err == nil {
				t.Error("a refused message was written")
			}
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	fix := load(t)
	var v protobuf.View
	customer := fix.message(t, "shop.Customer")
	wire := []byte(strings.Repeat(field(5), 100))
	if _, err := v.Read(customer, wire, protobuf.Limits{Size: 200, View: 320}); err != nil {
		t.Error(err)
	}
	_, err := v.Read(customer, wire, protobuf.Limits{Size: 199})
	refused(t, err, protobuf.Error{Kind: protobuf.TooLarge, Type: "shop.Customer"})
	_, err = v.Read(customer, wire, protobuf.Limits{View: 100})
	refused(t, err, protobuf.Error{Kind: protobuf.TooLarge, Type: "shop.Customer", Offset: 62})
	_, err = v.Read(protobuf.Message{}, nil, protobuf.Limits{})
	refused(t, err, protobuf.Error{Kind: protobuf.UnknownType})
}

// TestWriteDropsWhatNoRuleSaw holds that values which a reader would overwrite do not go out.
func TestWriteDropsWhatNoRuleSaw(t *testing.T) {
	t.Parallel()
	fix := load(t)
	for name, c := range map[string]struct{ root, wire, view, want string }{
		"a singular field twice":     {"shop.Customer", field(1, "secret") + field(1, "b"), `{"fullName":"b"}`, field(1, "b")},
		"the losing member":          {"shop.Customer", field(8, "secret") + varint(9, 1), `{"fax":1}`, varint(9, 1)},
		"a member lost between":      {"shop.Customer", field(10, field(1, "secret")) + varint(9, 1) + field(10, varint(2, 5)), `{"post":{"house":5}}`, field(10, varint(2, 5))},
		"a key twice":                {"shop.Customer", field(6, field(1, "k"), field(2, field(1, "secret"))) + field(6, field(1, "k")), `{"byName":{"k":{}}}`, field(6, field(1, "k"), field(2))},
		"bits beyond an int32":       {"shop.Customer", varint(23, 0x123400000007), `{"maybe":7}`, varint(23, 7)},
		"bits beyond a bool":         {"shop.Customer", field(25, varint(9, 77)), `{"numbers":{"i":true}}`, field(25, varint(9, 1))},
		"two parts of a message":     {"shop.Customer", field(4, field(1, "a")) + field(4, varint(2, 5)), `{"home":{"postCode":"a","house":5}}`, field(4, field(1, "a"), varint(2, 5))},
		"an enum beyond its numbers": {"shop.Customer", varint(7, 9), `{"tier":9}`, varint(7, 9)},
		"a zero that is written":     {"shop.Customer", varint(3, 0), `{}`, varint(3, 0)},
		"fields out of order":        {"shop.Customer", varint(3, 5) + field(1, "a"), `{"fullName":"a","customerId":"5"}`, varint(3, 5) + field(1, "a")},
		"a list in parts":            {"shop.Customer", varint(18, 2) + field(1, "a") + field(18, "\x04\x06"), `{"fullName":"a","scores":[1,2,3]}`, varint(18, 2) + field(1, "a") + field(18, "\x04\x06")},
		"an empty packed list":       {"shop.Customer", field(18), `{}`, field(18)},
		"an extension and a group":   {"old.Person", group(2, field(1, "a")) + varint(1, 1) + varint(100, 44), `{"id":1,"job":[{"jobTitle":"a"}],"[old.Person.shoe]":44}`, group(2, field(1, "a")) + varint(1, 1) + varint(100, 44)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v protobuf.View
			view, err := v.Read(fix.message(t, c.root), []byte(c.wire), protobuf.Limits{})
			if err != nil || string(view) != c.view {
				t.Fatalf("view %s, %v, want %s", view, err, c.view)
			}
			out, removed, err := v.Write(view)
			if err != nil || removed != 0 || string(out) != c.want {
				t.Errorf("wrote %q, removed %d, %v, want %q", out, removed, err, c.want)
			}
		})
	}
}

func TestReleaseForgets(t *testing.T) {
	t.Parallel()
	fix := load(t)
	var v protobuf.View
	if _, err := v.Read(fix.message(t, "shop.Customer"), []byte(field(1, "a")), protobuf.Limits{}); err != nil {
		t.Fatal(err)
	}
	v.Release()
	if _, _, err := v.Write([]byte(`{}`)); err == nil {
		t.Error("a released view was written")
	}
}

// TestErrorsQuoteNothing plants a mark in every place of a message that is refused.
func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	fix := load(t)
	const mark = "XMARKX"
	var v protobuf.View
	for _, wire := range []string{
		field(1, mark+"\xff"), field(14, payload(mark)), field(17, field(1, mark)), field(999, mark), field(6, field(1, mark), field(9, mark)),
	} {
		_, err := v.Read(fix.message(t, "shop.Customer"), []byte(wire), protobuf.Limits{})
		if err == nil || strings.Contains(err.Error(), mark) {
			t.Errorf("%q: error %v", wire, err)
		}
	}
}

func BenchmarkView(b *testing.B) {
	fix := load(b)
	one := field(5, field(1, "EC1A 1BB"), varint(2, 221))
	wire := []byte(field(1, "Ada Lovelace") + field(2, "+44 20 7946 0000") + varint(3, 77) + strings.Repeat(one, 700) + field(8, "ada@example.org") + field(11, varint(1, 1700000000)))
	customer := fix.message(b, "shop.Customer")
	var v protobuf.View
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(wire)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Read(customer, wire, protobuf.Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read/protojson", func(b *testing.B) {
		b.SetBytes(int64(len(wire)))
		b.ReportAllocs()
		for b.Loop() {
			m, err := fix.dynamic("shop.Customer", wire)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := protojson.Marshal(m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		view, err := v.Read(customer, wire, protobuf.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		after := bytes.Replace(view, []byte("Ada Lovelace"), []byte("A***"), 1)
		b.SetBytes(int64(len(wire)))
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := v.Write(after); err != nil {
				b.Fatal(err)
			}
		}
	})
}
