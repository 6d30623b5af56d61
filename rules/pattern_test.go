package rules

import "testing"

func mustPattern(t *testing.T, text string) *Pattern {
	t.Helper()
	p, err := ParsePattern(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return &p
}

func TestPatternMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, method, host, path string
		want                        bool
	}{
		{"/v1/accounts/{id}", "GET", "", "/v1/accounts/42", true},
		{"/v1/accounts/{id}", "DELETE", "", "/v1/accounts/42", true},
		{"GET /v1/accounts/{id}", "HEAD", "", "/v1/accounts/42", true},
		{"GET /v1/accounts/{id}", "CONNECT", "", "/v1/accounts/42", true},
		{"GET /v1/accounts/{id}", "POST", "", "/v1/accounts/42", false},
		{"GET /v1/accounts/{id}", "get", "", "/v1/accounts/42", true},
		{"HEAD /v1/accounts/{id}", "GET", "", "/v1/accounts/42", false},
		{"/v1/accounts/{id}", "GET", "", "/v1/accounts", false},
		{"/v1/accounts/{id}", "GET", "", "/v1/accounts/42/calls", false},
		{"/v1/accounts/{id}", "GET", "", "/v1/accounts/42/", true},
		{"/v1/accounts", "GET", "", "/v1/accounts/", true},
		{"/v1/accounts", "GET", "", "/v1/accountsx", false},
		{"/v1/accounts", "GET", "", "/V1/accounts", false},
		{"/api/{rest...}", "GET", "", "/api", true},
		{"/api/{rest...}", "GET", "", "/api/", true},
		{"/api/{rest...}", "GET", "", "/api/a/b/c", true},
		{"/api/{rest...}", "GET", "", "/apis", false},
		{"/api/", "GET", "", "/api/a/b", true},
		{"/api/{$}", "GET", "", "/api/", true},
		{"/api/{$}", "GET", "", "/api", false},
		{"/api/{$}", "GET", "", "/api/a", false},
		{"/", "GET", "", "/anything/at/all", true},
		{"/{$}", "GET", "", "/", true},
		{"/{$}", "GET", "", "/a", false},
		{"example.com/v1", "GET", "example.com", "/v1", true},
		{"Example.com/v1", "GET", "example.com", "/v1", true},
		{"example.com/v1", "GET", "www.example.com", "/v1", false},
		{"*.example.com/v1", "GET", "www.example.com", "/v1", true},
		{"*.example.com/v1", "GET", "a.b.example.com", "/v1", true},
		{"*.example.com/v1", "GET", "example.com", "/v1", false},
		{"*.example.com/v1", "GET", "badexample.com", "/v1", false},
		// An escaped slash is data of its segment, and a wildcard takes it; other escapes name the same character.
		{"/files/{name}", "GET", "", "/files/a%2Fb", true},
		{"/files/a/b", "GET", "", "/files/a%2Fb", false},
		{"/files/@me", "GET", "", "/files/%40me", true},
		{"/files/a%20b", "GET", "", "/files/a%20b", true},
	} {
		p := mustPattern(t, c.pattern)
		if got := p.matchesMethod(c.method) && p.matchesHost(c.host) && p.matchesPath(c.path); got != c.want {
			t.Errorf("%s on %s %s%s: %t, want %t", c.pattern, c.method, c.host, c.path, got, c.want)
		}
	}
}

func TestPatternWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		narrow, wide string
		want         bool
	}{
		{"/a/b", "/a/{x}", true},
		{"/a/{x}", "/a/b", false},
		{"/a/{x}", "/a/{y}", false},
		{"GET /a", "/a", true},
		{"HEAD /a", "GET /a", true},
		{"POST /a", "GET /a", false},
		{"h.example/a", "/a", true},
		{"h.example/a", "*.example/a", true},
		{"*.b.example/a", "*.example/a", true},
		{"/a/b/c", "/a/{rest...}", true},
		{"/a", "/a/{rest...}", true},
		{"/a/{rest...}", "/", true},
		{"/a/{$}", "/a/", true},
		{"/a/{$}", "/a", true}, // a trailing slash makes no difference to /a
		// Each is narrower in one respect: neither overrides the other.
		{"GET /a/{x}", "/a/b", false},
		{"/a/b", "GET /a/{x}", false},
		{"/a/{x}/c", "/a/b/{y}", false},
		{"/a/b", "/c/{x}", false},
		{"/a/{x}", "/a/b/{rest...}", false},
	} {
		if got := mustPattern(t, c.narrow).within(mustPattern(t, c.wide)); got != c.want {
			t.Errorf("%s within %s: %t, want %t", c.narrow, c.wide, got, c.want)
		}
	}
}

func TestPatternErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"": errNoPath, "GET": errNoPath, "GET example.com": errNoPath, "get /a": errMethod, "G3T /a": errMethod,
		"a*b/x": errHost, "h:80/x": errHost, "{h}/x": errHost, "/a/{x}y": errWildcard, "/a//b": errWildcard,
		"/a/{x...}/b": errWildcard, "/{$}/b": errWildcard, "/{1}": errWildcard, "/{}": errWildcard, "/%zz": errEscape,
		"/a?b=1": errNotPath, "/a#b": errNotPath, "/a/../b": errNotPath, "/./a": errNotPath,
	} {
		if _, err := ParsePattern(text); err != want { //nolint:errorlint // these are returned bare
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func TestCanonicalPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/":                     "/",
		"/v1/accounts/42":       "/v1/accounts/42",
		"//v1///accounts/42":    "/v1/accounts/42",
		"/v1/./accounts/42":     "/v1/accounts/42",
		"/v1/x/../accounts/42":  "/v1/accounts/42",
		"/../../v1":             "/v1",
		"/v1/accounts/..":       "/v1/",
		"/v1/%61ccounts/42":     "/v1/accounts/42",
		"/v1/x/%2e%2E/accounts": "/v1/accounts",
		"/v1/%2F/b":             "/v1/%2F/b",
		"/v1/%5c../b":           "/v1/%5c../b",
		"/v1/%2561":             "/v1/%2561", // decoded once: the escape of a percent sign stays
		"/v1/%zz":               "/v1/%zz",
		"/v1/%4":                "/v1/%4",
		"v1":                    "/v1",
		"":                      "/",
	} {
		if got := CanonicalPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
		if again := CanonicalPath(want); again != want {
			t.Errorf("%q is not its own canonical form, but %q", want, again)
		}
	}
}

func FuzzCanonicalPath(f *testing.F) {
	for _, seed := range []string{"/", "/a/../b", "/%2e%2e/", "//a", "/a/%2F..", "/%", "/%252e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		once := CanonicalPath(path)
		if once == "" || once[0] != '/' {
			t.Errorf("%q has no root", once)
		}
		for _, pattern := range []string{"/a/{x}", "/{rest...}"} {
			mustPattern(t, pattern).matchesPath(once)
		}
	})
}
