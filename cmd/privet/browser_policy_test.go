package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asking is a script of a page that asks two vendors, one of them by way of a policy of trusted types where the page has
// one. It tells that it ran to its end.
const asking = `
	window.mine = "begun";
	new Image().src = "https://www.google-analytics.com/collect?v=1&t=pageview";
	const tag = document.createElement("script");
	const url = "https://connect.facebook.net/en_US/fbevents.js";
	try {
		if (/none/.test(location)) throw "a page that makes no policy";
		tag.src = trustedTypes.createPolicy("own", {createScriptURL: x => x}).createScriptURL(url);
	} catch {
		tag.src = url;
	}
	document.head.append(tag);
	window.mine = "done";
`

// strictPage is a page that says what its scripts may do: in its header, or in its markup.
type strictPage struct {
	name   string
	field  string // "" for a meta element
	policy string // HASH and HOSTS stand for what lets its own script in
}

var strictPages = []strictPage{
	{"nonce", "", "script-src 'nonce-eA=='"},
	{"nonce-strict", "", "script-src 'self' 'nonce-eA==' 'strict-dynamic'"},
	{"hash", "", "script-src 'HASH'"},
	{"hash-strict", "", "script-src 'HASH' 'strict-dynamic'"},
	{"hosts", "", "script-src https://app.example HOSTS"},
	{"inline", "", "script-src 'unsafe-inline' https://app.example"},
	{"default", "", "default-src https://app.example 'nonce-eA=='; img-src *"},
	{"several", "", "script-src 'unsafe-inline' 'self', script-src HOSTS 'nonce-eA=='"},
	{"types", "", "require-trusted-types-for 'script'; trusted-types own"},
	{"types-duplicate", "", "require-trusted-types-for 'script'; trusted-types own 'allow-duplicates'; script-src 'nonce-eA==' 'strict-dynamic'"},
	{"header-nonce", "Content-Security-Policy", "script-src 'nonce-eA==' 'strict-dynamic'"},
	{"header-types", "Content-Security-Policy", "require-trusted-types-for 'script'; trusted-types own"},
	{"header-types-none", "Content-Security-Policy", "trusted-types 'none'"},
	{"types-late", "", "require-trusted-types-for 'script'; trusted-types own; script-src 'nonce-eA=='"},
	{"integrity", "Integrity-Policy", "blocked-destinations=(script)"},
}

// withStrictPages puts the pages, and an upstream that sends them, into the folder.
func withStrictPages(t *testing.T, g *gateway) {
	t.Helper()
	sum := sha256.Sum256([]byte(asking))
	port := g.site[strings.LastIndex(g.site, ":"):]
	words := strings.NewReplacer("HASH", "sha256-"+base64.StdEncoding.EncodeToString(sum[:]), "HOSTS", "http://localhost"+port+"/own.js http://127.0.0.1"+port+"/own.js")
	var headers strings.Builder
	for _, p := range strictPages {
		policy, meta, script := words.Replace(p.policy), "", "<script nonce='eA=='>"+asking+"</script>"
		if p.field == "" {
			meta = `<meta http-equiv="Content-Security-Policy" content="` + policy + `">`
		} else {
			fmt.Fprintf(&headers, "\theader /%s.html %s `%s`\n", p.name, p.field, policy)
		}
		if strings.Contains(p.policy, "HOSTS") {
			script = "<script src=/own.js nonce='eA=='></script>"
		}
		if p.name == "types-late" { // the guard is there already
			meta = "<script>window.early = true</script>" + meta
		}
		g.write(t, "strict/"+p.name+".html", `<!DOCTYPE html><html lang="en"><head><title>A strict page</title><link rel="icon" href="data:,">`+
			meta+script+`</head><body><h1>A strict page</h1></body></html>`)
	}
	g.write(t, "strict/own.js", asking)
	g.write(t, "strict/unchecked.html", `<!DOCTYPE html><link rel="icon" href="data:,"><script src=/own.js></script>`)
	headers.WriteString("\theader /unchecked.html Integrity-Policy blocked-destinations=(script)\n")
	text, err := os.ReadFile(filepath.Join(projectRoot(t), "Caddyfile"))
	if err != nil {
		t.Fatal(err)
	}
	gateway, _, _ := strings.Cut(string(text), "import ")
	g.write(t, "Caddyfile", g.ports.Replace(gateway+"http://:8081 {\n\troot strict\n"+headers.String()+"\tfile_server\n}\n"))
}

// Whatever a page says that scripts may do, the guard runs there and holds requests, and the page's own script comes to its
// end. The site has a name here, and an address there: addresses match no source.
func TestBrowserStrictPages(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	g := start(t, withStrictPages)
	for _, host := range []string{"localhost", "127.0.0.1"} {
		for _, p := range strictPages {
			if host != "localhost" && strings.Contains(p.policy, "nonce") == (p.name != "default") {
				continue
			}
			t.Run(host+"/"+p.name, func(t *testing.T) {
				v := visit(t, b, g, who{})
				v.site = strings.Replace(g.site, "127.0.0.1", host, 1)
				v.open("/" + p.name + ".html")
				if state := evaluate[string](v, "String(window.mine)"); state != "done" {
					t.Errorf("the page's own script is %q", state)
				}
				v.meets()
				v.calm()
			})
		}
	}
	t.Run("the browser knows policies of integrity", func(t *testing.T) {
		v := visit(t, b, g, who{})
		v.site = g.backend
		v.open("/unchecked.html")
		if state := evaluate[string](v, "String(window.mine)"); state != "undefined" {
			t.Errorf("a script without integrity is %q", state)
		}
	})
}
