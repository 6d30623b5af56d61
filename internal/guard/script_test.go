package guard

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

func TestTags(t *testing.T) {
	t.Parallel()
	list, err := NewList([]byte("||listed.test^\n/path/$image"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := New(Known{Parties: []Party{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}}, Purposes: make([]Purpose, 4), Lists: []*List{list}})
	if err != nil {
		t.Fatal(err)
	}
	integrityOf := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}
	if stale := string(script.Stale().Text); strings.Contains(stale, "parseInt(bits") || !strings.Contains(stale, "isHeld=party=>1\n") {
		t.Error("a stale guard reads the numbers of another one's parties")
	}
	if !strings.Contains(string(script.guard.Text), "://"+Nowhere+":1") {
		t.Errorf("held requests do not go to %s", Nowhere)
	}
	digests := regexp.MustCompile(`\.[0-9a-f]{16}\.`)
	for _, c := range []struct {
		name  string
		held  Held
		nonce string
		want  string
	}{
		{"nobody", Held{}, "", `<script src="/.privacy/assets/guard.#.js" data-privet="000..0"></script>`},
		{"some", Held{Parties: []int{0, 2, 4, 4, -1, 9}}, "a+/=", `<script src="/.privacy/assets/guard.#.js" data-privet="510..1" nonce="a+/="></script><script src="/.privacy/assets/second.#.js" nonce="a+/="></script>`},
		{"purposes", Held{Purposes: []int{0, 3, 4, -1}}, "", `<script src="/.privacy/assets/guard.#.js" data-privet="021..1"></script><script src="/.privacy/assets/second.#.js"></script>`},
		{"hostile", Held{Denied: []string{"ad_storage", `"><b>`}, Path: "/p&/"}, "\"'\u00fc<", `<script src="/p&#38;/guard.#.js" data-privet="000.ad_storage,&#34;&#62;&#60;b&#62;.1" nonce="&#34;'&#60;"></script><script src="/p&#38;/second.#.js" nonce="&#34;'&#60;"></script>`},
		{"by its digest", Held{Integrity: true}, "", `<script src="/.privacy/assets/guard.#.js" data-privet="000..0" integrity="` + integrityOf(script.guard.Text) + `" crossorigin="anonymous"></script>`},
		{
			"lists",
			Held{Lists: []int{0, 7}, Page: "www.a.co.uk"},
			"",
			`<script src="/.privacy/assets/guard.#.js" data-privet="000..2"></script>` +
				`<script src="/.privacy/assets/rules.#.js" data-site="a.co.uk"></script><script src="/.privacy/assets/hosts.#.js" data-site="a.co.uk"></script>`,
		},
		{"address", Held{Lists: []int{0}, Page: "127.0.0.1"}, "", `<script src="/.privacy/assets/guard.#.js" data-privet="000..2"></script>` +
			`<script src="/.privacy/assets/rules.#.js" data-site=""></script><script src="/.privacy/assets/hosts.#.js" data-site=""></script>`},
	} {
		got := string(script.AppendTags([]byte("before"), c.held, []byte(c.nonce)))
		if shown := digests.ReplaceAllString(got, ".#."); shown != "before"+c.want {
			t.Errorf("%s: %s, want %s", c.name, shown, c.want)
		}
		decoder := xml.NewDecoder(strings.NewReader("<x>" + got + "</x>"))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		for _, a := range script.Assets() {
			if strings.HasPrefix(a.Name, "guard.") && !strings.Contains(got, a.Name) {
				t.Errorf("%s: the guard's name is not in %s", c.name, got)
			}
		}
	}
}

// TestAssets wants the same assets for the same input, and other names for another.
func TestAssets(t *testing.T) {
	t.Parallel()
	name := func(p Party) string {
		s, err := New(Known{Parties: []Party{p}})
		if err != nil {
			t.Fatal(err)
		}
		return s.Assets()[0].Name
	}
	a := name(Party{ID: "a", Hosts: []string{"a.example"}})
	if a != name(Party{ID: "a", Hosts: []string{"a.example"}}) || a == name(Party{ID: "a", Hosts: []string{"b.example"}}) {
		t.Error("names do not follow the text")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		known Known
		want  string
	}{
		{Known{Parties: []Party{{ID: "a", Hosts: []string{"x.example", "http://x"}}}}, "mark 2 of a: write a host such as cdn.example.com, *.example.com or example.*, without scheme and port"},
		{Known{Parties: []Party{{ID: "a", URLs: []string{"x.example"}}}}, "mark 1 of a: write HOST/PATH, or HOST/PATH?name=value, such as www.example.com/pixel*, without scheme and port"},
		{Known{Purposes: []Purpose{{}, {Cookies: []string{"a", "a b"}}}}, "cookie 2 in part 1 of purpose 2: write the name of a cookie, without blanks, semicolons and equals signs"},
		{Known{Purposes: []Purpose{{Database: []string{"*"}}}}, "cookie 1 in part 3 of purpose 1: write the name of a cookie, without blanks, semicolons and equals signs"},
		{Known{Parties: []Party{{ID: "a", Catalogue: true}, {ID: "b"}}}, "b: a party of the catalogue stands before one of the policy"},
	} {
		if _, err := New(c.known); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// TestSources holds the sources to what part does to them.
func TestSources(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(sources, "*.js")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	escapes := regexp.MustCompile(`\\.`)
	for _, name := range names {
		text, err := sources.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			code := strings.TrimSpace(line)
			if strings.HasPrefix(code, "//") {
				continue
			}
			if strings.ContainsAny(code, "`\t") || strings.Contains(code, "/*") && !strings.Contains(code, "replace(") || strings.Contains(code, " // ") {
				t.Errorf("%s:%d: a comment behind code, a template or a tab", name, i+1)
			}
			if strings.Count(escapes.ReplaceAllString(code, ""), `"`)%2 != 0 {
				t.Errorf("%s:%d: an odd number of quotes", name, i+1)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	text := idsIn(`if(isHeld("b")||isHeld("nobody"))window.b="c d"`, []Party{{ID: "a"}, {ID: "b"}, {ID: "b", Catalogue: true}})
	if text != `{"b":1}` {
		t.Error(text)
	}
}
