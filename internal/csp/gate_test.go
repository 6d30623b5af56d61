package csp

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ownPath is where the file of the tests is.
const ownPath = "/.privacy/assets/guard.0123456789ab.js"

// guard has a script whose SHA-256 is all zeros.
func guard(host string) Gate { return Gate{Secure: true, Host: host, Files: []File{{Path: ownPath}}} }

// admit gives what becomes of the lines of a header. What is said of event handlers has a test of its own.
func admit(lines []string, g Gate) ([]string, Admission) {
	h := http.Header{enforcedField: lines}
	g.Header(h)
	g.NoHandlers = false
	return h[enforcedField], g.Admission
}

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
			got, admission := admit([]string{test.line}, guard("www.example.com"))
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
			got, a := admit(test.lines, guard("www.example.com"))
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
		if got, a := admit([]string{test.line}, guard(test.host)); got[0] != test.want || a.Integrity != (got[0] == test.line+" "+zeroHash) {
			t.Errorf("%s: got %q %+v, want %q", test.host, got[0], a, test.want)
		}
	}
}

func TestAdmitSheet(t *testing.T) {
	t.Parallel()
	sheet := Gate{Host: "www.example.com", Files: []File{{Kind: Sheet, Path: "/.privacy/assets/prompt.css"}}}
	const own = "www.example.com/.privacy/assets/prompt.css"
	for line, want := range map[string]string{
		"style-src 'self'":                       "style-src 'self'",
		"style-src 'unsafe-inline'":              "style-src 'unsafe-inline' " + own,
		"default-src 'none'":                     "default-src 'none'; style-src " + own,
		"default-src 'strict-dynamic' 'self'":    "default-src 'strict-dynamic' 'self'",
		"style-src-elem a.example; script-src b": "style-src-elem a.example " + own + "; script-src b",
		"sandbox":                                "sandbox",
		"style-src 'nonce-aGk='":                 "style-src 'nonce-aGk=' " + own, // the link bears none
		"sandbox; style-src a.example":           "sandbox; style-src a.example " + own,
	} {
		if got, a := admit([]string{line}, sheet); got[0] != want || a.Integrity || a.Nonce != "" {
			t.Errorf("got %q %+v, want %q", got[0], a, want)
		}
	}
}

func TestAdmitHeader(t *testing.T) {
	t.Parallel()
	h := http.Header{
		"Content-Security-Policy":             {"script-src 'nonce-one'", "script-src 'unsafe-inline'"},
		"Content-Security-Policy-Report-Only": {"script-src 'strict-dynamic' 'nonce-two'; report-uri /csp"},
	}
	lines := slices.Clone(h["Content-Security-Policy"])
	g := guard("www.example.com")
	g.Header(h)
	want := http.Header{
		"Content-Security-Policy":             {"script-src 'nonce-one'", "script-src 'unsafe-inline' www.example.com" + ownPath},
		"Content-Security-Policy-Report-Only": {"script-src 'strict-dynamic' 'nonce-two' " + zeroHash + "; report-uri /csp"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	if g.Admission != (Admission{Nonce: "one", Integrity: true, NoHandlers: true}) {
		t.Errorf("got %+v", g.Admission)
	}
	if diff := cmp.Diff([]string{"script-src 'nonce-one'", "script-src 'unsafe-inline'"}, lines); diff != "" {
		t.Errorf("the lines that were given have changed: %s", diff)
	}
}

func TestHeaderWithoutPoliciesCostsNothing(t *testing.T) {
	h := http.Header{"Content-Type": {"text/html"}, "Etag": {`"1"`}, "Cache-Control": {"private"}}
	g := guard("www.example.com")
	if allocated := testing.AllocsPerRun(100, func() { g.Header(h) }); allocated != 0 || g.Admission != (Admission{}) || len(h) != 3 {
		t.Errorf("%v allocations, %+v, %v", allocated, g.Admission, h)
	}
}

func TestSeveralFilesInOneReading(t *testing.T) {
	t.Parallel()
	g := Gate{Host: "www.example.com", Types: "privet", Files: []File{
		{Path: "/a.js"}, {Kind: Sheet, Path: "/a.css"}, {Path: "/b.js", SHA256: [32]byte{1}},
	}}
	for line, want := range map[string]string{
		"script-src x.example/a.js":            "script-src x.example/a.js www.example.com/a.js www.example.com/b.js",
		"script-src www.example.com/a.js":      "script-src www.example.com/a.js www.example.com/b.js",
		"default-src a b; style-src 'none'":    "default-src a b; style-src www.example.com/a.css; script-src a b www.example.com/a.js www.example.com/b.js",
		"default-src a ; trusted-types 'none'": "default-src a ; trusted-types privet; script-src a www.example.com/a.js www.example.com/b.js; style-src a www.example.com/a.css",
		"style-src a; default-src b ":          "style-src a www.example.com/a.css; default-src b; script-src b www.example.com/a.js www.example.com/b.js ",
		"script-src 'strict-dynamic' 'sha256-x'": "script-src 'strict-dynamic' 'sha256-x' 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' " +
			"'sha256-AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='",
		"default-src 'none'": "default-src 'none'; style-src www.example.com/a.css", // no script runs
	} {
		if got, _ := admit([]string{line}, g); got[0] != want {
			t.Errorf("%q\nbecomes %q\nwant    %q", line, got[0], want)
		}
	}
}

func TestTrustedTypes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"require-trusted-types-for 'script'":                 "require-trusted-types-for 'script'",
		"trusted-types 'none'":                               "trusted-types privet",
		"trusted-types 'NONE' ; img-src *":                   "trusted-types privet ; img-src *",
		"trusted-types":                                      "trusted-types privet",
		"Trusted-Types ;":                                    "Trusted-Types privet ;",
		"trusted-types app other":                            "trusted-types app other privet",
		"trusted-types 'allow-duplicates'":                   "trusted-types 'allow-duplicates' privet",
		"trusted-types app 'allow-duplicates'; script-src *": "trusted-types app 'allow-duplicates' privet; script-src *",
		"trusted-types 'none' app":                           "trusted-types 'none' app privet",
		"trusted-types app privet":                           "trusted-types app privet",
		"trusted-types Privet":                               "trusted-types Privet privet",
		"trusted-types * 'allow-duplicates'":                 "trusted-types * 'allow-duplicates'",
		"trusted-types a; trusted-types b":                   "trusted-types a privet; trusted-types b",
		"trusted-types a, trusted-types b":                   "trusted-types a privet, trusted-types b privet",
		"trusted-types a; script-src 'none'":                 "trusted-types a; script-src 'none'",
	} {
		g := guard("www.example.com")
		g.Types = "privet"
		h := http.Header{enforcedField: {line}, reportedField: {line}}
		g.Header(h)
		if got := h.Get(enforcedField); got != want || h.Get(reportedField) != want {
			t.Errorf("%q\nbecomes %q\nand     %q\nwant    %q", line, got, h.Get(reportedField), want)
		}
		g = guard("www.example.com")
		g.Types = "privet"
		if got := g.Markup(line, true); got != want && !strings.Contains(line, ",") {
			t.Errorf("%q in markup becomes %q, want %q", line, got, want)
		}
		if again := g.Markup(want, true); again != want {
			t.Errorf("%q becomes %q", want, again)
		}
	}
}

func TestHandlers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines []string
		want  bool
	}{
		{nil, false},
		{[]string{"img-src 'self'; upgrade-insecure-requests"}, false},
		{[]string{"script-src 'self' 'unsafe-inline'"}, false},
		{[]string{"script-src 'self'"}, true},
		{[]string{"default-src 'self'"}, true},
		{[]string{"default-src 'self'; script-src * 'unsafe-inline'"}, false},
		{[]string{"Script-Src 'NONCE-aB1' 'unsafe-inline'"}, true},
		{[]string{"script-src 'unsafe-inline' 'sha256-x'"}, true},
		{[]string{"script-src 'nonce-a'; script-src-attr 'unsafe-inline'"}, false},
		{[]string{"script-src 'unsafe-inline'; script-src-elem 'nonce-b'"}, false},
		{[]string{"img-src *, script-src 'nonce-a'"}, true},
		{[]string{"img-src *", "script-src 'unsafe-inline' 'strict-dynamic'"}, true},
	} {
		g := guard("www.example.com")
		g.Header(http.Header{enforcedField: c.lines})
		if g.NoHandlers != c.want {
			t.Errorf("%q: %t", c.lines, g.NoHandlers)
		}
		g = guard("www.example.com")
		g.Header(http.Header{reportedField: c.lines})
		if g.NoHandlers {
			t.Errorf("%q only reports", c.lines)
		}
	}
}

func TestPoliciesOfIntegrity(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"blocked-destinations=(script)":                         true,
		"blocked-destinations=(style script), endpoints=(a)":    true,
		"sources=(inline), blocked-destinations=( script );a=1": true,
		"blocked-destinations=(style)":                          false,
		"endpoints=(script)":                                    false,
		"":                                                      false,
	} {
		for _, field := range []string{hashedField, unhashedField} {
			g := guard("www.example.com")
			if g.Header(http.Header{field: {"endpoints=(a)", line}}); g.Admission != (Admission{Integrity: want}) {
				t.Errorf("%s: %q: %+v", field, line, g.Admission)
			}
		}
	}
}
