package filter

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/rules"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	kind, of := person(t)
	untouched := framed(0, "\x2a\x02DE\x0a\x01A") // in an order that no writer chooses
	for name, c := range map[string]struct {
		request, in, want string
		applied           []string
	}{
		"labels, filters and misfits": {
			"POST /one",
			inWire(t, of, `{"phoneNumber":"5551234","accountId":"77","people":[{"fullName":"Ada","homeCountry":"DE"},{"fullName":"Bob","phoneNumber":"123"}]}`) +
				untouched + inWire(t, of, `{"phoneNumber":"999"}`),
			inWire(t, of, `{"phoneNumber":"*****34","people":[{"homeCountry":"DE"},{"fullName":"Bob","phoneNumber":"*23"}]}`) +
				untouched + inWire(t, of, `{"phoneNumber":"*99"}`),
			[]string{"$..accountId mask 1", " remove 1!", "$..phone_number mask 3", "$.people[?@.home_country=='DE'].fullName remove 1"},
		},
		"elements": {
			"POST /each",
			inWire(t, of, `{"people":[{"fullName":"Ada","phoneNumber":"123","homeCountry":"DE"},{"fullName":"Bob","phoneNumber":"123","homeCountry":"US"}]}`),
			inWire(t, of, `{"people":[{"fullName":"Ada","phoneNumber":"*23","homeCountry":"DE"},{"fullName":"Bob","phoneNumber":"123","homeCountry":"US"}]}`),
			nil,
		},
		"nothing":       {"POST /one", "", "", nil},
		"empty message": {"POST /one", framed(0, ""), framed(0, ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newExchangeWith(t, personPolicy, c.request, rules.Facts{Purpose: "analytics", Country: "DE"})
			seed := rand.Int63()
			for _, chunks := range splits(c.in, seed) {
				got := x.filterAs(t, native(kind), chunks...)
				if got.refusal != nil || got.out != c.want {
					t.Fatalf("got %q, %v, want %q (in %d pieces, seed %d)", got.out, got.refusal, c.want, len(chunks), seed)
				}
				slices.Sort(got.applied)
				slices.Sort(c.applied)
				if c.applied != nil && !slices.Equal(got.applied, c.applied) {
					t.Fatalf("applied %q, want %q", got.applied, c.applied)
				}
				if name == "elements" && !slices.Equal(x.asked, []string{"Ada in DE", "Bob in US"}) {
					t.Fatalf("asked about %q", x.asked)
				}
			}
		})
	}
}

func TestMessagesRefused(t *testing.T) {
	t.Parallel()
	kind, of := person(t)
	phone := inWire(t, of, `{"phoneNumber":"5551234"}`)
	unread := native(kind)
	unread.Framing.Codec = 0
	bare := native(kind)
	bare.Framing = Framing{}
	inJSON := native(protobuf.Message{})
	inJSON.Framing.Codec = grpc.JSON
	for name, c := range map[string]struct {
		spec     BodySpec
		in, code string
		status   int // of a request
		passed   string
	}{
		"unknown field": {native(kind), phone + framed(0, "\x9a\x06\x01a"), "type", 415, inWire(t, of, `{"phoneNumber":"*****34"}`)},
		"wire type":     {native(kind), framed(0, "\x10\x05"), "type", 415, ""},
		"malformed":     {native(kind), framed(0, "\x12\x05a"), "malformed", 400, ""},
		"truncated":     {native(kind), phone[:9], "malformed", 400, ""},
		"too large":     {native(kind), "\x00\x7f\xff\xff\xff", "limit", 413, ""},
		"too deep":      {native(kind), framed(0, nest(120)), "limit", 413, ""},
		"undeclared":    {native(kind), framed(1, phone), "coding", 400, ""},
		"no type":       {native(protobuf.Message{}), phone, "type", 415, ""},
		"no codec":      {unread, phone, "type", 415, ""},
		"no framing":    {bare, phone, "type", 415, ""},
		"not JSON":      {inJSON, framed(0, `{"phone_number":`), "malformed", 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, strings.Replace(personPolicy, "response: {$..", "request: {$..x: secret}\n    response: {$..", 1), "POST /one")
			for _, chunks := range splits(c.in, 1) {
				got := x.filterAs(t, c.spec, chunks...)
				if got.refusal == nil || got.refusal.Status != 502 || got.refusal.Code != c.code {
					t.Fatalf("refusal %v, want one for %s", got.refusal, c.code)
				}
				if strings.Contains(got.refusal.Error(), "5551234") || !strings.HasPrefix(c.passed, got.out) {
					t.Fatalf("%q got out, %v", got.out, got.refusal)
				}
			}
			request := c.spec
			request.Direction = rules.Request
			if got := x.filterAs(t, request, c.in); got.refusal == nil || got.refusal.Status != c.status {
				t.Errorf("a request is refused with %v, want %d", got.refusal, c.status)
			}
		})
	}
}

// nest is people within people.
func nest(levels int) string {
	m := ""
	for range levels {
		n := len(m)
		m = "\x22" + string([]byte{byte(n&0x7f | 0x80), byte(n >> 7)}) + m
	}
	return m
}

// An element about which nothing can be decided lets nothing out.
func TestMessagesWithoutDecision(t *testing.T) {
	t.Parallel()
	kind, of := person(t)
	x := newExchange(t, personPolicy, "POST /each")
	got := x.filterAs(t, native(kind), inWire(t, of, `{"people":[{"homeCountry":"FAULT"}]}`))
	if got.refusal == nil || got.refusal.Code != "fault" || got.out != "" {
		t.Errorf("got %q, %v, want a fault", got.out, got.refusal)
	}
}

// A document in JSON may bear either spelling of a name, where it is known of what type it is.
func TestMessageInJSON(t *testing.T) {
	t.Parallel()
	kind, _ := person(t)
	x := newExchange(t, personPolicy, "POST /one")
	const in = `{"phone_number":"5551234","phoneNumber":"5551234", "account_id":"12","people":[{"phoneNumber":"123"}]}`
	for _, chunks := range splits(in, 1) {
		got := x.filterAs(t, BodySpec{Direction: rules.Response, Media: JSON, Message: kind}, chunks...)
		want := `{"phone_number":"*****34","phoneNumber":"*****34", "account_id":"**","people":[{"phoneNumber":"*23"}]}`
		if got.refusal != nil || got.out != want {
			t.Fatalf("got %s, %v, want %s", got.out, got.refusal, want)
		}
	}
}

func TestTreesAreFew(t *testing.T) {
	t.Parallel()
	x := newExchange(t, personPolicy, "POST /one")
	paths := x.plan.paths[rules.Response]
	if paths.under(nil) != paths.set {
		t.Error("no names make a set of their own")
	}
	first := &jsonpath.Names{}
	set := paths.under(first)
	if set == paths.set || paths.under(first) != set {
		t.Error("the set under names is not kept")
	}
	for range 3 * mostTrees {
		paths.under(&jsonpath.Names{})
	}
	if n := len(paths.trees.sets); n > mostTrees {
		t.Errorf("%d sets are kept", n)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"code":"a","details":[{"value":"b"}]}`: `{"code":"a"}`, "": "", `[1]`: "malformed", `{"code":`: "malformed",
		strings.Repeat(" ", heldStatus+1): "limit",
	} {
		s := new(Status)
		out, err := s.Feed([]byte(in))
		if err == nil && len(out) == 0 {
			out, err = s.Close()
		}
		got := string(out)
		if refusal, ok := err.(*Refusal); ok { //nolint:errorlint // the very type is asked for
			got = refusal.Code
		}
		if got != want {
			t.Errorf("%.40q gives %q, %v, want %q", in, got, err, want)
		}
		s.Release()
	}
}

// FuzzMessages compares with a reader of protobuf that edits values.
func FuzzMessages(f *testing.F) {
	kind, of := person(f)
	for _, text := range []string{`{}`, `{"phoneNumber":"5551234","accountId":"7"}`, `{"people":[{"fullName":"A","homeCountry":"DE"},{"people":[{"phoneNumber":"1"}]}]}`} {
		f.Add([]byte(inWire(f, of, text))[5:], uint(7))
	}
	f.Add([]byte("\x2a\x02DE\x0a\x01A\x0a\x01B"), uint(3))
	x := newExchange(f, personPolicy, "POST /one")
	f.Fuzz(func(t *testing.T, wire []byte, at uint) {
		in := framed(0, string(wire)) + framed(0, "")
		got := x.filterAs(t, native(kind), in)
		at %= uint(len(in) + 1)
		halves := x.filterAs(t, native(kind), in[:at], in[at:])
		if (halves.refusal == nil) != (got.refusal == nil) || got.refusal == nil && halves.out != got.out {
			t.Fatalf("in one piece %q, %v; in two %q, %v", got.out, got.refusal, halves.out, halves.refusal)
		}
		want := dynamicpb.NewMessage(of)
		if err := proto.Unmarshal(wire, want); err != nil {
			if got.refusal == nil {
				t.Fatalf("passed what is no message: %v", err)
			}
			return
		}
		if got.refusal != nil {
			return
		}
		forget(want, true)
		after := dynamicpb.NewMessage(of)
		end := len(got.out) - 5
		if err := proto.Unmarshal([]byte(got.out[5:end]), after); err != nil || !proto.Equal(after, want) {
			t.Fatalf("got %v, %v, want %v", after, err, want)
		}
	})
}

// forget is what personPolicy says of a message at POST /one, done on its fields.
func forget(m protoreflect.Message, root bool) {
	fields := m.Descriptor().Fields()
	phone := fields.ByNumber(2)
	if m.Has(phone) {
		m.Set(phone, protoreflect.ValueOfString(masked(m.Get(phone).String())))
	}
	m.Clear(fields.ByNumber(3)) // a mask makes no number
	people := m.Get(fields.ByNumber(4)).List()
	for i := range people.Len() {
		one := people.Get(i).Message()
		if root && one.Get(fields.ByNumber(5)).String() == "DE" {
			one.Clear(fields.ByNumber(1))
		}
		forget(one, false)
	}
}
