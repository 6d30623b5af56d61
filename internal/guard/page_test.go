package guard

import (
	"strings"
	"testing"
)

// testLooks wants nothing to look changed that is not held.
func testLooks(t *testing.T, s *site) {
	t.Helper()
	s.visit(t, home+"/looks.page")
	for code, want := range map[string]string{
		"return [fetch.name, fetch.length, String(fetch).includes('[native code]'), /native code/.test(Function.prototype.toString.call(fetch))]":                      "fetch,1,true,true",
		"return [new WebSocket('ws://free.test/w').constructor == WebSocket, new Audio().constructor == HTMLAudioElement, WebSocket.CLOSED]":                           "true,true,3",
		"return [new XMLHttpRequest instanceof XMLHttpRequest, Object.prototype.toString.call(new EventSource('/e'))]":                                                 "true,[object EventSource]",
		"class Socket extends WebSocket { constructor(u) { super(u); this.mine = 1 } }; const s = new Socket('ws://free.test/'); return [s.mine, s instanceof Socket]": "1,true",
		"try { document.createElement('p').setAttribute('', ''); return 'none' } catch (e) { return e.name }":                                                          "InvalidCharacterError",
		"try { Node.prototype.appendChild.call({}, null) } catch (e) { return e.name }":                                                                                "TypeError",
		"try { document.body.appendChild() } catch (e) { return e.name }":                                                                                              "TypeError",
		"try { new WebSocket } catch (e) { return e.name }":                                                                                                            "TypeError",
		"try { WebSocket('ws://free.test/') } catch (e) { return e.name }":                                                                                             "TypeError",
		"const d = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src'); return [d.configurable, d.enumerable, d.set.name, d.get.name]":                  "true,true,set src,get src",
		"return Object.keys(window).filter(k => /privet/i.test(k)).length + Object.getOwnPropertySymbols(window).filter(k => /privet/i.test(String(k))).length":        "0",
		"return document.querySelectorAll('script').length":                                                                                                            "1",
		"const e = document.createElement('a'); e.href = '/x'; return [e.href, e.getAttribute('href')]":                                                                "http://site.test/x,/x",
		"const e = new Image; e.src = '//held.test/a'; const a = e.getAttribute('src'); e.src = '//free.test/a'; return [a, e.getAttribute('src'), e.src]":             "//held.test/a,//free.test/a,http://free.test/a",
		"const e = new Image; e.src = '//held.test/a'; e.removeAttribute('src'); return [e.src, e.getAttribute('src')]":                                                ",",
		"const e = make('iframe'); box.append(e); return [e.contentWindow.location.href, e.contentWindow.fetch.name, e.contentWindow == frames[0]]":                    "about:blank,fetch,true",
		"let n = 0; await fetch({toString() { n++; return '/once' }}); return n > 0":                                                                                   "true",
		"return fetch('/g/collect?v=2&tid=G-1').then(() => 'asked', e => e.name)":                                                                                      "TypeError",
		"return fetch('/g/collect?v=2&tid=UA-1').then(() => 'asked', e => e.name)":                                                                                     "asked",
		"return fetch('http://mixed.test/pixel/a?id=1').then(() => 'asked', e => e.name)":                                                                              "TypeError",
		"return fetch('http://mixed.test//pixe%6c/?x&id=').then(() => 'asked', e => e.name)":                                                                           "TypeError",
		"return fetch('http://mixed.test/pixel/a').then(() => 'asked', e => e.name)":                                                                                   "asked",
		"return fetch('http://a.b.held.test/').then(() => 'asked', e => e.name)":                                                                                       "TypeError",
		"return fetch('http://a.let.held.test/').then(() => 'asked', e => e.name)":                                                                                     "asked",
		"return fetch('http://notheld.test/').then(() => 'asked', e => e.name)":                                                                                        "asked",
		"return fetch('data:,http://held.test/').then(() => 'asked', e => e.name)":                                                                                     "asked",
		"const w = new Worker('/a/collect?v=2&tid=G-1'); return first(w, 'error', 'message')":                                                                          "error",
		"return navigator.serviceWorker.register('/collect?v=2&tid=G-1').then(() => 'asked', e => e.name)":                                                             "TypeError",
		"return new WebTransport('https://held.test/').ready.then(() => 'asked', e => e.name)":                                                                         "WebTransportError",
	} {
		if got := s.run(t, code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

// testWriting has a page write markup while it is read.
func testWriting(t *testing.T, s *site) {
	t.Helper()
	s.head = "<base href='http://held.test/based/'>"
	defer func() { s.head = "" }()
	s.visit(t, home+"/writing.page")
	got := s.run(t, `document.open()
		document.write("<!DOCTYPE html><title>t</title><scr", "ipt src='http://held.test/written.js'></scr" + "ipt>")
		for (const part of ["<scr", "ipt src='http://held.te", "st/parts.js?a>b", "&c=", "'></scr" + "ipt><scr", "ipt src='", "http://free.test/parts.js'", "></scr", "ipt>"])
			document.write(part)
		document.writeln("<script src='http://free.test/written.js'></script><p>text")
		document.write("<script src='//held.test/written2.js'></script><script src='//free.test/written2.js'></script>")
		document.write("<img src=written.svg><img src='http://free.test/written.svg'>")
		document.close()
		await wait(300)
		return [document.title, document.querySelector("p").textContent.trim(), document.images.length, self.ran]`)
	if got != "t,text,2,3" {
		t.Error(got)
	}
	if !s.gets(good+"/written.js") || !s.gets(good+"/parts.js") || s.has(bad+"/parts") || !s.gets(good+"/written2.js") || !s.gets(good+"/written.svg") || s.has(bad+"/written") || s.has(bad+"/based") {
		t.Error("asked for what it must not, or not for what it may", s.asked)
	}
}

// testNamed has a page write into a frame of its markup that it finds by its name.
func testNamed(t *testing.T, s *site) {
	t.Helper()
	s.head = "<body><iframe name=inner></iframe>"
	defer func() { s.head = "" }()
	s.visit(t, home+"/named.page")
	got := s.run(t, `frames["inner"].document.write("<img src=http://held.test/named.svg><img src=http://free.test/named.svg>")
		await wait(300)
		return frames["inner"].document.images.length`)
	if got != "2" || !s.gets(good+"/named.svg") || s.has(bad+"/named") {
		t.Error(got, "images; asked for", s.asked)
	}
}

// testTrusted has a page demand trusted types.
func testTrusted(t *testing.T, s *site) {
	t.Helper()
	s.policy = "require-trusted-types-for 'script'; trusted-types privet own; script-src 'nonce-n0nce' 'strict-dynamic'"
	defer func() { s.policy = "" }()
	s.visit(t, home+"/trusted.page")
	got := s.run(t, `const own = trustedTypes.createPolicy("own", {createHTML: x => x, createScriptURL: x => x})
		const out = []
		for (const host of ["held", "free"]) {
			box.innerHTML = own.createHTML("<img src='http://" + host + ".test/trusted.svg'>")
			const e = make("script")
			e.src = own.createScriptURL("http://" + host + ".test/trusted.js")
			document.head.append(e)
			out.push(await first(e, "load", "error"))
			try { box.innerHTML = "<i>"; out.push("taken") } catch (e) { out.push(e.name) }
		}
		return out`)
	if got != "error,TypeError,load,TypeError" {
		t.Error(got)
	}
	if !s.gets(good+"/trusted.js") || !s.gets(good+"/trusted.svg") || s.has(bad+"/trusted") {
		t.Error("asked for what it must not, or not for what it may")
	}
}

// testSpeed bounds what a look at a URL costs.
func testSpeed(t *testing.T, s *site) {
	t.Helper()
	s.visit(t, home+"/speed.page")
	got := s.run(t, `const f = make('iframe', {src: '/bare.html'}); box.append(f); await first(f, 'load')
		const measure = w => {
			const make = name => w.document.createElement(name), e = make('track'), p = make('p'), times = [w.performance.now()], lap = () => times.push(w.performance.now())
			for (let i = 0; i < 1e4; i++) e.setAttribute('src', 'http://h' + i % 100 + '.free.test/p' + i)
			lap()
			for (let i = 0; i < 1e5; i++) p.setAttribute('title', 'x')
			lap()
			for (let i = 0; i < 1e5; i++) p.appendChild(make('i'))
			lap()
			return times.slice(1).map((t, i) => ((t - times[i]) / [10, 100, 100][i]).toFixed(2))
		}
		return measure(f.contentWindow) + ' µs without, ' + measure(window) + ' with: a URL, another attribute, an insertion'`)
	t.Log(got)
	if strings.Contains(got, "thrown") {
		t.Error(got)
	}
}

// testListed has a list come with the page.
func testListed(t *testing.T, s *site) {
	t.Helper()
	s.visit(t, home+"/listed.page")
	for _, c := range []struct{ url, want string }{
		{"http://listed.test/a", "TypeError"},
		{"http://b.listed.test/a", "TypeError"},
		{"http://listed.test/ok/a", "asked"},
		{"http://notlisted.test/a", "asked"},
		{"http://free.test/listed-path/x", "TypeError"},
		{"http://free.test/listed-image/x", "asked"},
		{"http://third.test/a", "TypeError"},
		{"http://own.site.test/a", "asked"},
		{"http://let.held.test/a", "asked"}, // a party that is let through keeps its URLs
	} {
		if got := s.run(t, "return fetch('"+c.url+"').then(() => 'asked', e => e.name)"); got != c.want {
			t.Errorf("%s: %s, want %s", c.url, got, c.want)
		}
	}
	if got := s.run(t, "const e = new Image; e.src = 'http://free.test/listed-image/x.svg'; return first(e, 'load', 'error')"); got != "error" {
		t.Errorf("an image: %s", got)
	}
}

const listed = `||listed.test^
@@||listed.test/ok/
/listed-path/
/listed-image/$image
||third.test^$third-party
||own.site.test^$third-party
||let.held.test^
`
