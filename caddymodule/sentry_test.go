package caddymodule

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/consent"
)

var guardTag = regexp.MustCompile(`<script src="/\.privacy/(assets/guard\.[^"]*\.js)" onerror="window\.stop\(\)" [^>]*></script>(?:<script src="/\.privacy/assets/(?:second|rules|hosts)\.[^"]*\.js" onerror="window\.stop\(\)"[^>]*></script>)*`)

// withoutGuard is a page without the guard, and whether it stood there once, in front of a script.
func withoutGuard(text string) (string, bool) {
	all := guardTag.FindAllStringIndex(text, -1)
	if len(all) != 1 {
		return text, false
	}
	return text[:all[0][0]] + text[all[0][1]:], strings.HasPrefix(text[all[0][1]:], "<script")
}

const (
	scriptedPage = `<!doctype html><title>x</title><script>track('init');mine()</script>`
	removedTag   = `<script type="text/plain" data-privet="tracker"></script>`
)

func TestGuardIsWhereScriptsRun(t *testing.T) {
	serve(t, "page.caddyfile")
	for _, c := range []struct {
		name    string
		path    string
		header  []string
		page    string
		guarded bool
		want    string // "" is the page as it came
	}{
		{name: "a page", page: scriptedPage, guarded: true},
		{name: "a document", header: []string{"Sec-Fetch-Dest", "document"}, page: `<script>track('init')</script>`, guarded: true},
		{name: "a frame", header: []string{"Sec-Fetch-Dest", "iframe"}, page: scriptedPage, guarded: true},
		{name: "what a script fetches", header: []string{"Sec-Fetch-Dest", "empty"}, page: scriptedPage, want: `<!doctype html><title>x</title>` + removedTag},
		{name: "a part of a page", page: `<li><script>track('init')</script>`, want: `<li>` + removedTag},
		{name: "a page without scripts", page: `<!doctype html><title>x</title><p>`},
		{name: "two handlers", path: "/twice/", page: scriptedPage, guarded: true},
		{name: "switched off", path: "/unguarded/", page: scriptedPage, want: `<!doctype html><title>x</title>` + removedTag},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := "/page/guarded"
			if c.path != "" {
				path = c.path + "guarded"
			}
			script(path, sends(200, c.page, "Content-Type", "text/html"))
			got, _ := withoutPrompt(get(t, path, c.header...).body)
			got, guarded := withoutGuard(strings.Replace(got, "[prompt]", "", 1))
			if c.want == "" {
				c.want = c.page
			}
			if guarded != c.guarded || got != c.want {
				t.Errorf("guarded is %v, and the page is\n%s", guarded, got)
			}
		})
	}
	script("/page/nonce", sends(200, scriptedPage, "Content-Type", "text/html", "Content-Security-Policy", "script-src 'nonce-Zm9v'"))
	if got := get(t, "/page/nonce").body; !strings.Contains(got, ` nonce="Zm9v"></script><script>`) || strings.Contains(got, "onerror") {
		t.Errorf("under a policy of its own the page is\n%s", got)
	}
}

var guardFiles = regexp.MustCompile(`www\.shop\.example/\.privacy/assets/[a-z]+\.[0-9a-z]+\.js`)

// A page's policies let in each file of the guard, wherever they stand, and the sheet of the prompt.
func TestGuardPassesThePoliciesOfAPage(t *testing.T) {
	serve(t, "page.caddyfile")
	const path = "/page/policy"
	for _, c := range []struct{ name, header, meta, wantHeader, wantMeta string }{
		{"in the header", "script-src a.example; trusted-types own", "", "script-src a.example FILES; trusted-types own privet", ""},
		{"in the markup", "", "script-src a.example; style-src 'none'; trusted-types own", "", "script-src a.example FILES; style-src SHEET; trusted-types own privet"},
		{"in both", "script-src a.example", "default-src 'nonce-eA=='; style-src 'self'", "script-src a.example FILES", ""},
		{"nothing to add", "script-src 'self'", "script-src *; img-src 'none'", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			meta := func(policy string) string {
				return `<!doctype html><meta http-equiv="Content-Security-Policy" content="` + policy + `"><title>x</title>`
			}
			if c.wantHeader == "" {
				c.wantHeader = c.header
			}
			if c.wantMeta == "" {
				c.wantMeta = c.meta
			}
			script(path, sends(200, meta(c.meta)+`<script>mine()</script>`, "Content-Type", "text/html", "Content-Security-Policy", c.header))
			got := get(t, path, "Host", "www.shop.example")
			tags := guardTag.FindAllString(got.body, -1)
			if len(tags) == 0 {
				tags = regexp.MustCompile(`<script src="/\.privacy/assets/[^>]*></script>`).FindAllString(got.body, -1)
			}
			if len(tags) == 0 || strings.Contains(c.meta, "nonce") != strings.Contains(tags[0], "nonce") {
				t.Errorf("the tags are %q", tags)
			}
			files := strings.Join(guardFiles.FindAllString(got.header.Get("Content-Security-Policy")+got.body, -1), " ")
			words := strings.NewReplacer("FILES", files, "SHEET", "www.shop.example"+consent.PromptSheet())
			if want := meta(words.Replace(c.wantMeta)); !strings.HasPrefix(got.body, want) {
				t.Errorf("the page is\n%.400s\nwant\n%s", got.body, want)
			}
			got.has(t, "Content-Security-Policy", words.Replace(c.wantHeader))
		})
	}
}

// Where no script can run there is none of ours, and nothing is judged by what a script names.
func TestNoGuardWhereNothingRuns(t *testing.T) {
	serve(t, "page.caddyfile")
	for _, policy := range []string{"script-src 'none'", "sandbox allow-forms; script-src *", "default-src 'none'"} {
		script("/page/idle", sends(200, scriptedPage, "Content-Type", "text/html", "Content-Security-Policy", policy))
		got := get(t, "/page/idle", "Sec-Fetch-Dest", "iframe").is(t, 200, scriptedPage)
		got.has(t, "Content-Security-Policy", policy)
	}
}

// A policy of integrity has the tags bear the digests of their files, which are asked for by CORS.
func TestGuardStatesItsIntegrity(t *testing.T) {
	serve(t, "page.caddyfile")
	for _, field := range []string{"Integrity-Policy", "Integrity-Policy-Report-Only"} {
		script("/page/integrity", sends(200, scriptedPage, "Content-Type", "text/html", field, "blocked-destinations=(script), endpoints=(own)"))
		tags := regexp.MustCompile(`<script src="/(\.privacy/assets/[^"]*)"[^>]* integrity="sha256-([^"]*)" crossorigin="anonymous"></script>`).
			FindAllStringSubmatch(get(t, "/page/integrity").body, -1)
		if len(tags) == 0 {
			t.Fatalf("%s: no tag states its integrity", field)
		}
		for _, tag := range tags {
			file := get(t, "/"+tag[1]).has(t, "Access-Control-Allow-Origin", "*")
			if sum := sha256.Sum256([]byte(file.body)); base64.StdEncoding.EncodeToString(sum[:]) != tag[2] {
				t.Errorf("%s is not what its tag says", tag[1])
			}
		}
	}
}

func TestGuardIsServed(t *testing.T) {
	serve(t, "page.caddyfile")
	script("/page/served", sends(200, scriptedPage, "Content-Type", "text/html"))
	tag := guardTag.FindStringSubmatch(get(t, "/page/served").body)
	if tag == nil {
		t.Fatal("the page has no guard")
	}
	path := "/.privacy/" + tag[1]
	plain := get(t, path).has(
		t, "Content-Type", "text/javascript; charset=utf-8", "Cache-Control", "public, max-age=31536000, immutable", "X-Content-Type-Options", "nosniff",
		"Cross-Origin-Resource-Policy", "cross-origin", "Vary", "Accept-Encoding", "Content-Encoding", "",
	)
	if plain.status != 200 || plain.body == "" {
		t.Fatalf("status %d, %d bytes", plain.status, len(plain.body))
	}
	tags := map[string]bool{plain.header.Get("Etag"): true}
	for accept, want := range map[string]coding.Coding{"gzip, deflate, br, zstd": coding.Brotli, "gzip": coding.Gzip, "br;q=0, gzip;q=0.5": coding.Gzip} {
		got := get(t, path, "Accept-Encoding", accept).has(t, "Content-Encoding", want.String(), "Vary", "Accept-Encoding")
		text, err := io.ReadAll(coding.NewReader(want, strings.NewReader(got.body)))
		if err != nil || string(text) != plain.body {
			t.Errorf("%s gives %d bytes for %d (%v)", accept, len(text), len(plain.body), err)
		}
		get(t, path, "Accept-Encoding", accept, "If-None-Match", got.header.Get("Etag")).is(t, 304, "")
		tags[got.header.Get("Etag")] = true
	}
	if len(tags) != 3 {
		t.Errorf("the forms have the tags %v", tags)
	}
	send(t, ask(t, http.MethodHead, path, nil)).is(t, 200, "")
	send(t, ask(t, http.MethodPost, path, nil)).is(t, 405, "").has(t, "Allow", "GET, HEAD")

	// A page that names another guard has the numbers of other parties: everybody is held back.
	stale := get(t, "/.privacy/assets/guard.0123456789abcdef.js").has(t, "Cache-Control", "no-store")
	if stale.status != 200 || !strings.Contains(stale.body, "isHeld=party=>1\n") || strings.Contains(plain.body, "isHeld=party=>1\n") {
		t.Errorf("a stale guard is served with status %d and %d bytes", stale.status, len(stale.body))
	}
	for _, other := range []string{"guard..js", "guard.js", "other.0123456789ab.js", "guard.a/b.js"} {
		if got := get(t, "/.privacy/assets/"+other); got.status != 404 {
			t.Errorf("%s: status %d", other, got.status)
		}
	}
}

// A page that holds others back is another variant of it.
func TestGuardChangesTheTagOfAPage(t *testing.T) {
	serve(t, "page.caddyfile")
	tags := map[string]string{}
	for _, folder := range []string{"/page/", "/unguarded/"} {
		script(folder+"variant", sends(200, scriptedPage, "Content-Type", "text/html", "Etag", `"v1"`))
		tags[get(t, folder+"variant").header.Get("Etag")] = folder
	}
	if len(tags) != 2 {
		t.Errorf("the tags are %v", tags)
	}
}

// A page with a guard and a prompt streams as any: each of its pieces arrives before the next one is sent, though access is
// logged.
func TestGuardedPageInTenPieces(t *testing.T) {
	serve(t, "page.caddyfile")
	next := make(chan struct{})
	script("/page/streamed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><title>x</title>")
		for i := range 10 {
			_, _ = io.WriteString(w, "<p><script>piece("+strconv.Itoa(i)+")</script>\n")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	})
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	response, err := client.Transport.RoundTrip(ask(t, http.MethodGet, "/page/streamed", nil, "Sec-Fetch-Dest", "document").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text := bufio.NewReader(response.Body)
	for i := range 10 {
		line, err := text.ReadString('\n')
		if err != nil || !strings.HasSuffix(line, "<script>piece("+strconv.Itoa(i)+")</script>\n") || guardTag.MatchString(line) != (i == 0) {
			t.Fatalf("piece %d is %q (%v)", i, line, err)
		}
		next <- struct{}{}
	}
}
