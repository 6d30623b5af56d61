package filter

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/rules"
)

// clientPolicy labels the address of a connection in each way.
const clientPolicy = `
categories:
  cut:    {purposes: [], otherwise: truncate_ip}
  gone:   {purposes: [], otherwise: remove}
  hashed: {purposes: [], otherwise: pseudonymize}
  coarse: {purposes: [], otherwise: {generalize: year}}
  named:  {purposes: [], otherwise: {replace: "a, b"}}
  free:   {purposes: [service]}
endpoints:
  /cut:    {headers: {X-Forwarded-For: cut}}
  /gone:   {headers: {x_forwarded_for: gone}}
  /hashed: {headers: {X-Forwarded-For: hashed}}
  /coarse: {headers: {X-Forwarded-For: coarse}}
  /named:  {headers: {X-Forwarded-For: named}}
  /free:   {headers: {X-Forwarded-For: free}}
  /none:   {headers: {X-Real-IP: gone}}
`

func TestClientAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, address, want string
		labelled            bool
		applied             []string
	}{
		{"/cut", "203.0.113.77", "203.0.113.0", true, []string{"X-Forwarded-For truncate_ip 1"}},
		{"/cut", "2001:db8:1:2::9", "2001:db8:1::", true, []string{"X-Forwarded-For truncate_ip 1"}},
		{"/cut", "fe80::1%eth0", "fe80::", true, []string{"X-Forwarded-For truncate_ip 1"}},
		{"/gone", "203.0.113.77", "", true, []string{"x_forwarded_for remove 1"}},
		{"/coarse", "203.0.113.77", "", true, []string{"X-Forwarded-For remove 1!"}},
		{"/named", "203.0.113.77", "", true, nil},
		{"/free", "203.0.113.77", "203.0.113.77", true, []string{"X-Forwarded-For keep 1"}},
		{"/none", "203.0.113.77", "203.0.113.77", false, nil},
	} {
		x := newExchange(t, clientPolicy, "GET "+c.path)
		var tally Tally
		got, labelled := x.plan.ClientAddress(x.decision, c.address, &tally)
		if got != c.want || labelled != c.labelled {
			t.Errorf("%s %s: got %q %t, want %q %t", c.path, c.address, got, labelled, c.want, c.labelled)
		}
		if c.applied != nil && !slices.Equal(linesOf(&tally), c.applied) {
			t.Errorf("%s %s: applied %q, want %q", c.path, c.address, linesOf(&tally), c.applied)
		}
	}
	x := newExchange(t, clientPolicy, "GET /hashed")
	if got, _ := x.plan.ClientAddress(x.decision, "203.0.113.77", &Tally{}); !strings.HasPrefix(got, "p_") {
		t.Errorf("got %q", got)
	}
}

const hintsPolicy = `
identifiers: {client_hints: device_identifier}
endpoints:
  /own: {headers: {DPR: pixels}}
categories:
  pixels: {purposes: [service]}
`

func TestHintsThatAreNotAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, name, line, want string }{ // want "": the field goes
		{"/", "Accept-CH", "Sec-CH-UA, Sec-CH-UA-Model, DPR, Save-Data", "Sec-CH-UA, Save-Data"},
		{"/", "Accept-CH", "sec-ch-ua-model , Sec-CH-UA", "Sec-CH-UA"},
		{"/", "Accept-CH", "Sec-CH-UA, rtt;a=1", "Sec-CH-UA"},
		{"/", "Critical-CH", "Sec-CH-UA-Model", ""},
		{"/", "critical-ch", "RTT,,DPR", ""},
		{"/", "Accept-CH", "", ""},
		{"/", "Accept-CH", "Sec-CH-UA,, Save-Data", "Sec-CH-UA,, Save-Data"},
		{"/own", "Accept-CH", "Sec-CH-UA-Model, DPR", "DPR"},
	} {
		x := newExchange(t, hintsPolicy, "GET "+c.path)
		h := http.Header{c.name: {c.line}}
		acts := x.plan.Acts(x.decision, h, Reach{})
		var tally Tally
		x.plan.ResponseHeader(x.decision, h, Exchange{}, &tally)
		want := http.Header{c.name: {c.want}}
		if c.want == "" && c.line != "" {
			want = http.Header{}
		}
		if diff := cmp.Diff(want, h); diff != "" {
			t.Errorf("%s %q: %s", c.path, c.line, diff)
		}
		if changed := c.want != c.line; acts != changed || changed != (len(tally.Applied()) > 0) {
			t.Errorf("%s %q: a variant: %t; applied %v", c.path, c.line, acts, tally.Applied())
		}
	}
	x := newExchange(t, hintsPolicy, "GET /")
	h := http.Header{"Accept-Ch": {"DPR"}}
	x.plan.RequestHeader(x.decision, h, &Tally{})
	if len(h) == 0 {
		t.Error("a request asks for no hints")
	}
}

func TestIdentifiersAreFields(t *testing.T) {
	t.Parallel()
	x := newExchange(t, "identifiers: {client_address: ip_address, device_ids: device_identifier, subscriber_ids: phone_number}\ncategories: {ip_address: {otherwise: truncate_ip}}", "GET /")
	h := http.Header{
		"X-Real-Ip": {"203.0.113.77"}, "Forwarded": {`for="[2001:db8::1]:80";proto=https`}, "Cloudfront-Viewer-Address": {"203.0.113.77:4711"},
		"X-Device-Id": {"d1"}, "X_gaid": {"g"}, "X-Uidh": {"u"}, "Sec-Ch-Ua-Model": {"Pixel 9"}, "User-Agent": {"x"},
	}
	x.plan.RequestHeader(x.decision, h, &Tally{})
	want := http.Header{
		"X-Real-Ip": {"203.0.113.0"}, "Forwarded": {`for="[2001:db8::]";proto=https`}, "Cloudfront-Viewer-Address": {"203.0.113.0"},
		"Sec-Ch-Ua-Model": {"Pixel 9"}, "User-Agent": {"x"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

// FuzzHints holds the list against one that is split, judged and joined.
func FuzzHints(f *testing.F) {
	for _, seed := range []string{"Sec-CH-UA, DPR", "DPR,RTT ;x", ", ,DPR,", "dpr\t,Save-Data", "D_PR, d-p_r", " 000"} {
		f.Add(seed)
	}
	x := newExchange(f, "identifiers: {client_hints: device_identifier}", "GET /")
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\r\n") {
			t.Skip("no header line")
		}
		var left []string
		dropped := false
		for element := range strings.SplitSeq(line, ",") {
			name, _, _ := strings.Cut(element, ";")
			label := http.Header{"X": {strings.Trim(name, " \t")}}.Get("X")
			if isHint(x.decision.Labels().All(), label) {
				dropped = true
			} else {
				left = append(left, element)
			}
		}
		want := line
		if dropped {
			want = strings.TrimLeft(strings.Join(left, ","), " \t")
		}
		h := http.Header{"Accept-Ch": {line}}
		x.plan.ResponseHeader(x.decision, h, Exchange{}, &Tally{})
		if got, ok := h["Accept-Ch"]; ok && got[0] != want || !ok && want != "" {
			t.Errorf("%q becomes %q, want %q", line, got, want)
		}
	})
}

func isHint(labels []rules.Label, name string) bool {
	return slices.ContainsFunc(labels, func(l rules.Label) bool {
		return strings.EqualFold(strings.ReplaceAll(l.Field, "_", "-"), strings.ReplaceAll(name, "_", "-"))
	})
}
