package csp

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ownPath is where the file of the tests is.
const ownPath = "/.privacy/assets/guard.0123456789ab.js"

// guard is a script whose SHA-256 is all zeros.
func guard(host string) File { return File{Secure: true, Host: host, Path: ownPath} }

const zeroHash = "'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='"

func TestAdmit(t *testing.T) {
	t.Parallel()
	const own = "www.example.com" + ownPath
	for _, test := range []struct {
		name, line, want string // want "": as it was
		admission        Admission
	}{
		{"no policy on scripts", "img-src 'none'; base-uri 'self'", "", Admission{}},
		{"nothing", "", "", Admission{}},
		{"self", "script-src 'self' https://cdn.example", "", Admission{}},
		{"any", "default-src *", "", Admission{}},
		{"scheme", "script-src https:", "", Admission{}},
		{"scheme that is weaker", "script-src http:", "", Admission{}},
		{"other scheme", "script-src data: blob:", "script-src data: blob: " + own, Admission{}},
		{"host", "script-src WWW.example.com", "", Admission{}},
		{"host below", "script-src *.example.com", "", Admission{}},
		{"host that is not below", "script-src *.www.example.com", "script-src *.www.example.com " + own, Admission{}},
		{"folder", "script-src https://www.example.com/.privacy/", "", Admission{}},
		{"escaped folder", "script-src https://www.example.com/%2Eprivacy/", "", Admission{}},
		{"file for a folder", "script-src https://www.example.com/.privacy", "script-src https://www.example.com/.privacy " + own, Admission{}},
		{"other port", "script-src www.example.com:8443", "script-src www.example.com:8443 " + own, Admission{}},
		{"any port", "script-src www.example.com:*", "", Admission{}},
		{"foreign host", "script-src https://cdn.example;object-src 'none'", "script-src https://cdn.example " + own + ";object-src 'none'", Admission{}},
		{"none", "script-src 'NONE' ; img-src *", "", Admission{Idle: true}},
		{"none but handlers", "script-src-elem 'none'; script-src-attr 'unsafe-inline'", "script-src-elem " + own + "; script-src-attr 'unsafe-inline'", Admission{}},
		{"nonce", "script-src 'nonce-aGk='", "", Admission{Nonce: "aGk="}},
		{"nonce beside self", "script-src 'self' 'nonce-aGk='", "", Admission{Nonce: "aGk="}},
		{"nonce and strict-dynamic", "script-src 'strict-dynamic' 'nonce-aGk=' 'unsafe-inline' https:", "", Admission{Nonce: "aGk="}},
		{"no nonce", `script-src 'nonce-"><script>' 'nonce-'`, `script-src 'nonce-"><script>' 'nonce-' ` + own, Admission{}},
		{"hash alone", "script-src 'sha256-abc='", "script-src 'sha256-abc=' " + own, Admission{}},
		{"hash and strict-dynamic", "script-src 'sha256-abc=' 'strict-dynamic' 'self'", "script-src 'sha256-abc=' 'strict-dynamic' 'self' " + zeroHash, Admission{Integrity: true}},
		{"own hash", "script-src 'strict-dynamic' " + zeroHash, "", Admission{Integrity: true}},
		{"strict-dynamic alone", "script-src 'strict-dynamic'", "", Admission{Idle: true}},
		{"inline", "script-src 'unsafe-inline'", "script-src 'unsafe-inline' " + own, Admission{}},
		{"elem goes before", "script-src 'self'; script-src-elem https://cdn.example", "script-src 'self'; script-src-elem https://cdn.example " + own, Admission{}},
		{"first of two counts", "script-src a.example; script-src 'self'", "script-src a.example " + own + "; script-src 'self'", Admission{}},
		{"default", "default-src a.example; img-src b.example; ", "default-src a.example; img-src b.example; script-src a.example " + own + "; ", Admission{}},
		{"default with a hash", "default-src 'strict-dynamic' 'sha256-abc=' 'unsafe-inline'", "default-src 'strict-dynamic' 'sha256-abc=' 'unsafe-inline'; script-src 'strict-dynamic' 'sha256-abc=' 'unsafe-inline' " + zeroHash, Admission{Integrity: true}},
		{"default none but handlers", "default-src 'none'; script-src-attr 'unsafe-inline'", "default-src 'none'; script-src-attr 'unsafe-inline'; script-src " + own, Admission{}},
		{"default none", "default-src 'none'", "", Admission{Idle: true}},
		{"empty list", "script-src", "", Admission{Idle: true}},
		{"not ASCII", "script-src 'none' é", "", Admission{}},
		{"sandbox", "sandbox allow-forms", "", Admission{Idle: true}},
		{"sandbox with scripts", "sandbox allow-scripts; script-src a.example", "sandbox allow-scripts; script-src a.example " + own, Admission{}},
		{"two in a line", "script-src a.example, default-src b.example , img-src 'none'", "script-src a.example " + own + ", default-src b.example; script-src b.example " + own + " , img-src 'none'", Admission{}},
		{"tabs and case", "\tSCRIPT-SRC\ta.example\t;", "\tSCRIPT-SRC\ta.example " + own + "\t;", Admission{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, admission := Admit([]string{test.line}, guard("www.example.com"))
			want := test.want
			if want == "" {
				want = test.line
			}
			if got[0] != want || admission != test.admission {
				t.Errorf("got  %q %+v\nwant %q %+v", got[0], admission, want, test.admission)
			}
		})
	}
}

func TestAdmitWithSeveralPolicies(t *testing.T) {
	t.Parallel()
	const own = "www.example.com" + ownPath
	for _, test := range []struct {
		name            string
		lines, want     []string
		nonce           string
		needsToBeHashed bool
	}{
		{"the nonce of the one that needs it", []string{"script-src 'self' 'nonce-one'", "script-src 'strict-dynamic' 'nonce-two'"}, nil, "two", false},
		{
			"a nonce that only one knows",
			[]string{"script-src 'nonce-one' 'strict-dynamic'", "script-src 'nonce-two' a.example"},
			[]string{"script-src 'nonce-one' 'strict-dynamic'", "script-src 'nonce-two' a.example " + own},
			"one", false,
		},
		{
			"two that are strict",
			[]string{"script-src 'nonce-one' 'strict-dynamic'", "script-src 'nonce-two' 'strict-dynamic'"},
			[]string{"script-src 'nonce-one' 'strict-dynamic'", "script-src 'nonce-two' 'strict-dynamic' " + zeroHash},
			"one", true,
		},
		{
			"one that relies on inline",
			[]string{"script-src 'nonce-one'", "script-src 'unsafe-inline' a.example"},
			[]string{"script-src 'nonce-one'", "script-src 'unsafe-inline' a.example " + own},
			"one", false,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := slices.Clone(test.lines)
			got, a := Admit(test.lines, guard("www.example.com"))
			want := test.want
			if want == nil {
				want = before
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if a.Nonce != test.nonce || a.Integrity != test.needsToBeHashed || a.Idle {
				t.Errorf("got %+v", a)
			}
			if diff := cmp.Diff(before, test.lines); diff != "" {
				t.Errorf("the lines that were given have changed: %s", diff)
			}
		})
	}
}

func TestAdmitOnHostsThatAreNoSources(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ host, line, want string }{
		{"127.0.0.1:8080", "script-src a.example", "script-src a.example " + zeroHash},
		{"[::1]:8080", "script-src a.example", "script-src a.example " + zeroHash},
		{"[::1]", "script-src 'unsafe-inline'", "script-src 'unsafe-inline' 'self'"},
		{"a;b.example", "script-src a.example", "script-src a.example " + zeroHash},
		{"a,b.example", "script-src 'unsafe-inline'", "script-src 'unsafe-inline' 'self'"},
		{"localhost:8080", "script-src a.example", "script-src a.example localhost:8080" + ownPath},
	} {
		if got, a := Admit([]string{test.line}, guard(test.host)); got[0] != test.want || a.Integrity != (got[0] == test.line+" "+zeroHash) {
			t.Errorf("%s: got %q %+v, want %q", test.host, got[0], a, test.want)
		}
	}
}

func TestAdmitSheet(t *testing.T) {
	t.Parallel()
	sheet := File{Kind: Sheet, Host: "www.example.com", Path: "/.privacy/assets/prompt.css"}
	const own = "www.example.com/.privacy/assets/prompt.css"
	for line, want := range map[string]string{
		"style-src 'self'":                       "style-src 'self'",
		"style-src 'unsafe-inline'":              "style-src 'unsafe-inline' " + own,
		"default-src 'none'":                     "default-src 'none'; style-src " + own,
		"default-src 'strict-dynamic' 'self'":    "default-src 'strict-dynamic' 'self'",
		"style-src-elem a.example; script-src b": "style-src-elem a.example " + own + "; script-src b",
		"sandbox":                                "sandbox",
	} {
		if got, a := Admit([]string{line}, sheet); got[0] != want || a != (Admission{}) {
			t.Errorf("got %q %+v, want %q", got[0], a, want)
		}
	}
}

func TestAdmitHeader(t *testing.T) {
	t.Parallel()
	h := http.Header{
		"Content-Security-Policy": {"script-src 'nonce-one'"}, "content-security-policy": {"script-src 'unsafe-inline'"},
		"Content-Security-Policy-Report-Only": {"script-src 'strict-dynamic' 'nonce-two'; report-uri /csp"},
	}
	a := AdmitHeader(h, guard("www.example.com"))
	want := http.Header{
		"Content-Security-Policy":             {"script-src 'nonce-one'", "script-src 'unsafe-inline' www.example.com" + ownPath},
		"Content-Security-Policy-Report-Only": {"script-src 'strict-dynamic' 'nonce-two' " + zeroHash + "; report-uri /csp"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	if a != (Admission{Nonce: "one", Integrity: true}) {
		t.Errorf("got %+v", a)
	}
	none := http.Header{}
	if a := AdmitHeader(none, guard("www.example.com")); a != (Admission{}) || len(none) > 0 {
		t.Errorf("got %+v and %v", a, none)
	}
}
