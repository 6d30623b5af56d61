package protobuf_test

import (
	"testing"

	"github.com/privet-gateway/privet/internal/protobuf"
)

// TestWriteRemovesWhatDoesNotFit gives each kind of field what an action may make of it.
func TestWriteRemovesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	fix := load(t)
	const customer = "shop.Customer"
	for name, c := range map[string]struct {
		root, wire, edited, want string
		removed                  int
	}{
		"a masked string":             {customer, field(1, "abc"), `{"fullName":"***"}`, field(1, "***"), 0},
		"an empty string":             {customer, field(1, "abc"), `{"fullName":""}`, "", 0},
		"an empty string with rank":   {customer, field(8, "abc"), `{"email":""}`, field(8), 0},
		"a masked int64":              {customer, varint(3, 5), `{"customerId":"***"}`, "", 1},
		"an empty int64":              {customer, varint(3, 5), `{"customerId":""}`, "", 1},
		"a coarser int64":             {customer, varint(3, 5), `{"customerId":1e3}`, varint(3, 1000), 0},
		"half an int64":               {customer, varint(3, 5), `{"customerId":0.5}`, "", 1},
		"an int64 as a number":        {customer, varint(3, 5), `{"customerId":7}`, varint(3, 7), 0},
		"an int32 that is too large":  {customer, varint(23, 5), `{"maybe":2147483648}`, "", 1},
		"a negative uint32":           {customer, field(4, varint(2, 5)), `{"home":{"house":-1}}`, field(4), 1},
		"null":                        {customer, field(1, "abc"), `{"fullName":null}`, "", 0},
		"null for a list":             {customer, field(2, "a"), `{"phoneNumber":null}`, "", 0},
		"null in a list":              {customer, field(2, "a") + field(2, "b"), `{"phoneNumber":[null,"b"]}`, field(2, "b"), 1},
		"null in a map":               {customer, field(6, field(1, "k"), field(2)), `{"byName":{"k":null}}`, "", 1},
		"null for a Value":            {customer, field(20, field(3, "a")), `{"anyValue":null}`, field(20, varint(1, 0)), 0},
		"a count of a list":           {customer, field(2, "a"), `{"phoneNumber":1}`, "", 1},
		"text for a message":          {customer, field(4, field(1, "a")), `{"home":"a"}`, "", 1},
		"text for a map":              {customer, field(6, field(1, "k")), `{"byName":"a"}`, "", 1},
		"text in a packed list":       {customer, field(18, "\x02\x04"), `{"scores":[1,"x"]}`, field(18, "\x02"), 1},
		"text for a packed list":      {customer, field(18, "\x02"), `{"scores":["x"]}`, "", 1},
		"a masked enum":               {customer, varint(7, 1), `{"tier":"G***"}`, "", 1},
		"another enum":                {customer, varint(7, 1), `{"tier":"LOSS"}`, varint(7, ^uint64(0)), 0},
		"an enum's number":            {customer, varint(7, 1), `{"tier":5}`, varint(7, 5), 0},
		"masked bytes":                {customer, field(13, "abc"), `{"photo":"Y***"}`, "", 1},
		"bytes of a line":             {customer, field(13, "abc"), `{"photo":"YW\nJj"}`, "", 1},
		"bytes in URL's alphabet":     {customer, field(13, "abc"), `{"photo":"_-8="}`, field(13, "\xff\xef"), 0},
		"bytes with half a padding":   {customer, field(13, "abc"), `{"photo":"_w="}`, "", 1},
		"a year":                      {customer, field(11, varint(1, 1)), `{"born":"1971"}`, field(11, varint(1, 31536000)), 0},
		"a month":                     {customer, field(11, varint(1, 1)), `{"born":"1970-02"}`, field(11, varint(1, 2678400)), 0},
		"a day":                       {customer, field(11, varint(1, 1)), `{"born":"1970-01-02"}`, field(11, varint(1, 86400)), 0},
		"a masked date":               {customer, field(11, varint(1, 1)), `{"born":"19**"}`, "", 1},
		"a date of five letters":      {customer, field(11, varint(1, 1)), `{"born":"1970-"}`, "", 1},
		"a date with an offset":       {customer, field(11, varint(1, 1)), `{"born":"1970-01-01T01:00:00.5+01:00"}`, field(11, varint(2, 500000000)), 0},
		"a masked duration":           {customer, field(12, varint(1, 1)), `{"stayed":"*s"}`, "", 1},
		"a longer duration":           {customer, field(12, varint(1, 1)), `{"stayed":"-1.5s"}`, field(12, varint(1, ^uint64(0)), varint(2, uint64(1<<64-500000000))), 0},
		"a masked field mask":         {customer, field(17, field(1, "a")), `{"mask":"a_b"}`, "", 1},
		"an unknown member":           {customer, field(4, field(1, "a")), `{"home":{"postCode":"a","nobody":[{"x":"y"}]}}`, field(4, field(1, "a")), 1},
		"a member by its proto name":  {customer, field(4, field(1, "a")), `{"home":{"post_code":"b"}}`, field(4, field(1, "b")), 0},
		"an Any without type":         {customer, field(14, payload("shop.Address", varint(2, 5))), `{"detail":[{"house":5}]}`, "", 1},
		"an Any of a masked type":     {customer, field(14, payload("shop.Address", varint(2, 5))), `{"detail":[{"@type":"***","house":5}]}`, "", 1},
		"an Any without value":        {customer, field(14, payload("google.protobuf.Timestamp", varint(1, 5))), `{"detail":[{"@type":"x/google.protobuf.Timestamp"}]}`, "", 1},
		"an Any with null":            {customer, field(14, payload("google.protobuf.Timestamp", varint(1, 5))), `{"detail":[{"@type":"x/google.protobuf.Timestamp","value":null}]}`, "", 1},
		"an Any with less in it":      {customer, field(14, payload("shop.Address", varint(2, 5))), `{"detail":[{"@type":"type.googleapis.com/shop.Address","house":"x"}]}`, field(14, field(1, "type.googleapis.com/shop.Address")), 1},
		"a wrapper of the wrong kind": {customer, field(26, field(1, string("\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"))), `{"wrapped":{"a":"x"}}`, field(26), 1},
		"a lone surrogate":            {customer, field(1, "abc"), `{"fullName":"\ud800"}`, "", 1},
		"a pair of surrogates":        {customer, field(1, "abc"), `{"fullName":"\ud83d\ude00"}`, field(1, "\U0001F600"), 0},
		"the whole message":           {customer, field(1, "abc"), `null`, "", 1},
		"a message of another kind":   {customer, field(1, "abc"), `"***"`, "", 1},
		"an extension":                {"old.Person", varint(1, 1) + varint(100, 44), `{"id":1,"[old.Person.shoe]":"x"}`, varint(1, 1), 1},
		"a group's member":            {"old.Person", varint(1, 1) + group(2, field(1, "a")), `{"id":1,"job":[{"jobTitle":5}]}`, varint(1, 1) + group(2, ""), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v protobuf.View
			if _, err := v.Read(fix.message(t, c.root), []byte(c.wire), protobuf.Limits{}); err != nil {
				t.Fatal(err)
			}
			out, removed, err := v.Write([]byte(c.edited))
			if err != nil || removed != c.removed || string(out) != c.want {
				t.Errorf("wrote %q, removed %d, %v; want %q, removed %d", out, removed, err, c.want, c.removed)
			}
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	fix := load(t)
	deep := ""
	for range 101 {
		deep += `{"friend":`
	}
	for name, c := range map[string]struct {
		edited string
		kind   protobuf.ErrorKind
		in     string
		at     int64
	}{
		"required gone":          {`{"label":"a"}`, protobuf.Required, "old.Person", 13},
		"required null":          {`{"id":null}`, protobuf.Required, "old.Person", 11},
		"required masked":        {`{"id":"***"}`, protobuf.Required, "old.Person", 12},
		"required gone in a job": {`{"id":1,"job":[{"boss":{}}]}`, protobuf.Required, "old.Person", 25},
		"the whole message":      {`null`, protobuf.Required, "old.Person", 4},
		"cut":                    {`{"id":1`, protobuf.Malformed, "old.Person", 7},
		"no JSON":                {`{"id"}`, protobuf.Malformed, "old.Person", 6},
		"nothing":                {``, protobuf.Malformed, "old.Person", 0},
		"more":                   {`{"id":1}{}`, protobuf.Malformed, "old.Person", 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v protobuf.View
			if _, err := v.Read(fix.message(t, "old.Person"), []byte(varint(1, 1)), protobuf.Limits{}); err != nil {
				t.Fatal(err)
			}
			_, _, err := v.Write([]byte(c.edited))
			refused(t, err, protobuf.Error{Kind: c.kind, Type: c.in, Offset: c.at})
		})
	}
	var v protobuf.View
	if _, err := v.Read(fix.message(t, "shop.Customer"), nil, protobuf.Limits{}); err != nil {
		t.Fatal(err)
	}
	_, _, err := v.Write([]byte(deep))
	refused(t, err, protobuf.Error{Kind: protobuf.TooDeep, Type: "shop.Customer", Offset: 1000})
}

// FuzzWrite feeds text that is no view, or no JSON at all: it may be refused, but never panics and never makes a message
// that the library does not know.
func FuzzWrite(f *testing.F) {
	fix := load(f)
	f.Add(`{"detail":[{"@type":"x/shop.Address","house":5}],"home":{"house":`)
	f.Add(`{"numbers":{"a":"1e5","byBool":{"true":"AA=="}},"list":[1,[2,{"a":null}]],"free":{"":[]}}`)
	f.Add(`{"a" 1,,:}]`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range roots {
			var v protobuf.View
			wire := ""
			if name == "old.Person" {
				wire = varint(1, 1)
			}
			if _, err := v.Read(fix.message(t, string(name)), []byte(wire), protobuf.Limits{}); err != nil {
				t.Fatal(err)
			}
			out, _, err := v.Write([]byte(text))
			if err != nil {
				continue
			}
			if m, err := fix.dynamic(name, out); err != nil || unknown(m) {
				t.Fatalf("%v: %v", err, m)
			}
			if _, err := v.Read(fix.message(t, string(name)), out, protobuf.Limits{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
