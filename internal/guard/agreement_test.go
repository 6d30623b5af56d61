package guard

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// question is a request, put to both engines.
type question struct {
	URL, Page, Site string
	Type            blocklist.Type
	Blocked         bool
}

// trialOf is a list as a browser runs it, and what Go says of it.
type trialOf struct {
	Code      []string
	Questions []question
}

// ask has Go's engine answer.
func ask(e *blocklist.Engine, address, page string, kind blocklist.Type) question {
	u, err := url.Parse(address)
	if err != nil {
		return question{}
	}
	start := strings.Index(address, "://") + 3
	host := u.Hostname()
	r := blocklist.Request{URL: []byte(address), Host: start, HostEnd: start + len(host), Page: page, Type: kind, ThirdParty: blocklist.ThirdParty(host, page)}
	return question{address, page, siteOf(page), kind, e.Match(r).Blocked}
}

// agree runs lists in the browser and compares.
func (s *site) agree(t *testing.T, trials []trialOf) {
	t.Helper()
	body, err := json.Marshal(trials)
	if err != nil {
		t.Fatal(err)
	}
	s.offer("/trials", Asset{Type: "application/json", Text: body})
	source := part("marks.js")
	start := strings.Index(source, "const hash=")
	end := strings.Index(source, "const key=")
	got := s.run(t, source[start:end]+`
		const trials = await (await fetch("/trials")).json(), wrong = []
		let blocked = 0, all = 0, building = 0, asking = 0
		for (const [at, {Code, Questions}] of trials.entries()) {
			const lists = [], tools = {lists, hash}, start = performance.now()
			globalThis[Symbol.for("privet")] = part => part(tools)
			for (const code of Code) new Function("document", code)({currentScript: {dataset: {}}})
			building += performance.now() - start
			for (const {URL: text, Page, Site, Type, Blocked} of Questions || []) {
				let url
				try { url = new URL(text) } catch { continue }
				if (url.href != text) continue
				const start = performance.now(), got = lists[0](url, Type, Page, Site)
				asking += performance.now() - start
				all++
				blocked += got
				if (got != Blocked) wrong.push(at + ": " + got + " " + Type + " " + text + " on " + Page)
			}
		}
		return [wrong.length + " wrong of " + all + ", " + blocked + " blocked, " + (building / trials.length).toFixed(1) + " ms to build, " + (asking * 1000 / all).toFixed(1) + " µs each", ...wrong.slice(0, 10)].join("\n")`)
	t.Log(got)
	if !strings.HasPrefix(got, "0 wrong of ") || strings.Contains(got, "of 0,") || strings.Contains(got, " 0 blocked") {
		t.Error("the engines do not agree")
	}
}

func code(t *testing.T, text []byte) (codes []string, e *blocklist.Engine) {
	t.Helper()
	l, err := NewList(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range l.assets {
		codes = append(codes, string(a.Text))
	}
	parsed, _ := blocklist.ParseList(text)
	return codes, blocklist.NewLists([]*blocklist.List{parsed})
}

// testDrawn draws lists and URLs.
func testDrawn(t *testing.T, s *site) {
	t.Helper()
	s.visit(t, home+"/drawn.page")
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	of := func(words ...string) string { return words[random.IntN(len(words))] }
	text := func(alphabet string, most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	var trials []trialOf
	for range 400 {
		var lines []string
		for range 1 + random.IntN(12) {
			pattern := of("", "|", "||") + of("", "", "a.com", "b.a.com", "b.co.uk", "ab/") + of("", "^", "/", "*") + text("ab.c/^*-?=&1%AB", 7) + of("", "", "|")
			switch random.IntN(8) {
			case 0:
				pattern = "||" + of("a.com", "b.a.com", "b.co.uk", "com") + "^"
			case 1:
				pattern = of(`/ab+[.c]/`, `/\/a.*b$/`, `/^https?:\/\/[ab]\./`)
			}
			if strings.Trim(pattern, "|*") == "" {
				pattern = "a"
			}
			options := []string{"_"}
			for _, o := range []string{
				of("script", "image", "~script", "script,font"), of("3p", "1p", "strict3p", "strict1p"), "match-case",
				"domain=" + of("a.com", "b.a.com", "a.*", "com", "~b.co.uk", "a.com|~b.a.com", "b.*|~a.com"),
				"to=" + of("a.com", "~b.a.com", "b.co.uk"), "denyallow=" + of("b.a.com", "com"), "important",
			} {
				if random.IntN(6) == 0 {
					options = append(options, o)
				}
			}
			lines = append(lines, of("", "", "@@")+pattern+"$"+strings.Join(options, ","))
		}
		codes, e := code(t, []byte(strings.Join(lines, "\n")))
		one := trialOf{Code: codes}
		for range 12 {
			address := of("https", "http") + "://" + of("a.com", "b.a.com", "b.co.uk", "a.b.co.uk", "ab.com", "a-b.com") + "/" + text("ab.c/-?=&1AB", 14)
			page := of("a.com", "b.a.com", "b.co.uk", "a.co.uk", "c.b.a.com")
			one.Questions = append(one.Questions, ask(e, address, page, []blocklist.Type{blocklist.Script, blocklist.Image, blocklist.Font}[random.IntN(3)]))
		}
		trials = append(trials, one)
	}
	s.agree(t, trials)
}

// testLists asks real lists for what pages of the corpus request.
func testLists(t *testing.T, s *site) {
	t.Helper()
	folder := corpus(t)
	s.visit(t, home+"/lists.page")
	type request struct{ address, page, kind string }
	var requests []request
	seen := map[request]bool{}
	file, err := os.Open(filepath.Join(folder, "pages", "browser.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	type reference struct{ URL, Type string }
	add := func(page string, list []reference) {
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if one := (request{r.URL, u.Hostname(), r.Type}); !seen[one] {
				seen[one] = true
				requests = append(requests, one)
			}
		}
	}
	for decoder := json.NewDecoder(unpacked); ; {
		var page struct {
			URL  string `json:"page_url"`
			List []reference
		}
		if err := decoder.Decode(&page); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		add(page.URL, page.List)
	}
	names, _ := filepath.Glob(filepath.Join(folder, "pages", "*.oracle.json"))
	for _, name := range names {
		var page struct {
			URL  string `json:"page_url"`
			Refs []reference
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &page); err != nil {
			t.Fatal(err)
		}
		add(page.URL, page.Refs)
	}
	types := map[string]blocklist.Type{
		"script": blocklist.Script, "image": blocklist.Image, "stylesheet": blocklist.Stylesheet, "object": blocklist.Object, "xhr": blocklist.XHR,
		"xmlhttprequest": blocklist.XHR, "sub_frame": blocklist.Subdocument, "subdocument": blocklist.Subdocument, "ping": blocklist.Ping,
		"websocket": blocklist.WebSocket, "media": blocklist.Media, "font": blocklist.Font, "other": blocklist.Other, "fetch": blocklist.XHR,
	}
	for _, name := range []string{"easyprivacy.txt", "easylist.txt", "ubo-privacy.min.txt"} {
		t.Run(name, func(t *testing.T) {
			codes, e := code(t, listText(t, name))
			one := trialOf{Code: codes}
			for _, r := range requests {
				if kind, ok := types[r.kind]; ok {
					one.Questions = append(one.Questions, ask(e, r.address, r.page, kind))
				}
			}
			t.Log(fmt.Sprint(len(one.Questions), " questions"))
			s.agree(t, []trialOf{one})
		})
	}
}
