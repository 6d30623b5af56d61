package filter

import (
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// sheetReader is a slow reader of tokens as CSS Syntax 3 section 4.3 has them, whole and by code points, which knows what
// a browser may take for a URL: url tokens, and strings.
type sheetReader struct {
	text []rune
	at   int
	urls []string // what is certainly fetched: url tokens, strings within functions and behind @import
	all  []string // those, and every other string
}

func readSheet(sheet string) *sheetReader {
	r := &sheetReader{text: []rune(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\x00", "\ufffd").Replace(sheet))}
	depth, imports := 0, false
	for r.at < len(r.text) {
		c := r.peek(0)
		switch {
		case c == '/' && r.peek(1) == '*':
			r.comment()
			continue
		case c == ' ' || c == '\t' || c == '\n':
			r.at++
			continue
		case c == '"' || c == '\'':
			text, whole := r.quotation(c)
			r.all = append(r.all, text)
			if whole && (depth > 0 || imports) {
				r.urls = append(r.urls, text)
			}
		case c == '@' && r.startsName(1):
			r.at++
			imports = strings.EqualFold(r.name(), "import")
			continue
		case r.startsName(0):
			depth += r.nameLike()
		case c == '(':
			depth++
			r.at++
		case c == ')':
			depth = max(0, depth-1)
			r.at++
		case c == ';' || c == '{' || c == '}':
			depth = 0
			r.at++
		case c == '#' && (isNameRune(r.peek(1)) || r.escapes(1)):
			r.at++
			r.name()
		case c >= '0' && c <= '9':
			r.at++
			if r.startsName(0) { // a dimension, whose unit is no function
				r.name()
			}
		default:
			r.at++
		}
		imports = false
	}
	return r
}

func (r *sheetReader) peek(n int) rune {
	if r.at+n < len(r.text) {
		return r.text[r.at+n]
	}
	return -1
}

func (r *sheetReader) comment() {
	for r.at += 2; r.at < len(r.text); r.at++ {
		if r.peek(0) == '*' && r.peek(1) == '/' {
			r.at += 2
			return
		}
	}
}

func isNameStart(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isNameRune(c rune) bool { return isNameStart(c) || c >= '0' && c <= '9' || c == '-' }

func (r *sheetReader) escapes(n int) bool { return r.peek(n) == '\\' && r.peek(n+1) != '\n' }

func (r *sheetReader) startsName(n int) bool {
	if r.peek(n) == '-' {
		return isNameStart(r.peek(n+1)) || r.peek(n+1) == '-' || r.escapes(n+1)
	}
	return isNameStart(r.peek(n)) || r.escapes(n)
}

// escape reads what stands behind a backslash.
func (r *sheetReader) escape() rune {
	if r.at >= len(r.text) {
		return '\ufffd'
	}
	code, digits := rune(0), 0
	for digits < 6 && r.at < len(r.text) && r.text[r.at] < 0x80 && isHex(byte(r.text[r.at])) {
		code = code<<4 | rune(unhex(byte(r.text[r.at])))
		digits++
		r.at++
	}
	if digits == 0 {
		r.at++
		return r.text[r.at-1]
	}
	if c := r.peek(0); c == ' ' || c == '\t' || c == '\n' {
		r.at++
	}
	if code == 0 || code > 0x10ffff || code >= 0xd800 && code < 0xe000 {
		return '\ufffd'
	}
	return code
}

func (r *sheetReader) name() string {
	var out strings.Builder
	for r.at < len(r.text) {
		switch {
		case isNameRune(r.peek(0)):
			out.WriteRune(r.peek(0))
			r.at++
		case r.escapes(0):
			r.at++
			out.WriteRune(r.escape())
		default:
			return out.String()
		}
	}
	return out.String()
}

// quotation reads a string; one that a line end breaks off is none.
func (r *sheetReader) quotation(quote rune) (text string, whole bool) {
	var out strings.Builder
	for r.at++; r.at < len(r.text); {
		switch c := r.text[r.at]; {
		case c == quote:
			r.at++
			return out.String(), true
		case c == '\n':
			return out.String(), false
		case c == '\\' && r.at+1 == len(r.text):
			r.at++
		case c == '\\' && r.peek(1) == '\n':
			r.at += 2
		case c == '\\':
			r.at++
			out.WriteRune(r.escape())
		default:
			out.WriteRune(c)
			r.at++
		}
	}
	return out.String(), true
}

// nameLike reads a name, a function's beginning, or a url token, and gives how many functions it opened.
func (r *sheetReader) nameLike() int {
	name := r.name()
	if r.peek(0) != '(' {
		return 0
	}
	r.at++
	if !strings.EqualFold(name, "url") {
		return 1
	}
	ahead := 0
	for r.peek(ahead) == ' ' || r.peek(ahead) == '\t' || r.peek(ahead) == '\n' {
		ahead++
	}
	if c := r.peek(ahead); c == '"' || c == '\'' {
		return 1
	}
	r.at += ahead
	r.urlToken()
	return 0
}

func (r *sheetReader) urlToken() {
	var out strings.Builder
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == ')':
			r.at++
			r.found(out.String())
			return
		case c == ' ' || c == '\t' || c == '\n':
			for r.peek(0) == ' ' || r.peek(0) == '\t' || r.peek(0) == '\n' {
				r.at++
			}
			if r.at < len(r.text) && r.peek(0) != ')' {
				r.badURL()
				return
			}
		case c == '"' || c == '\'' || c == '(' || c < ' ' || c == 0x7f || c == '\\' && !r.escapes(0):
			r.badURL()
			return
		case c == '\\':
			r.at++
			out.WriteRune(r.escape())
		default:
			out.WriteRune(c)
			r.at++
		}
	}
	r.found(out.String())
}

func (r *sheetReader) found(url string) {
	r.urls = append(r.urls, url)
	r.all = append(r.all, url)
}

func (r *sheetReader) badURL() {
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == ')':
			r.at++
			return
		case r.escapes(0):
			r.at++
			r.escape()
		default:
			r.at++
		}
	}
}

// flat is a sheet without its escapes.
func flat(sheet string) string {
	r := &sheetReader{text: []rune(sheet)}
	var out strings.Builder
	for r.at < len(r.text) {
		c := r.text[r.at]
		r.at++
		if c == '\\' {
			c = r.escape()
		}
		if c > ' ' { // others a URL may lose
			out.WriteRune(c)
		}
	}
	return out.String()
}

// onTracker says that a URL of a page leads to the tracker of the tests.
func onTracker(ref string) bool {
	u, err := whatwg.ParseRef("https://www.shop.example/a/b", ref)
	return err == nil && (u.Protocol() == "https:" || u.Protocol() == "http:") && (u.Hostname() == "tracker.example" || strings.HasSuffix(u.Hostname(), ".tracker.example"))
}

// No URL of a tracker is left in a style sheet, as an independent reader of CSS sees it, and a sheet without one stays.
func FuzzCSS(f *testing.F) {
	for _, seed := range []string{
		`a{background:url( "//tracker.example/x" )} @import '//tracker.example/y.css'; b{background:url(/own)}`,
		`@import/**/"//tracker.example/a";@\69mport url(//tracker.example/b);`,
		`a{background:u\72l(//tracker.exampl\65/x);content:"url(//tracker.example/no)"}`,
		"a{background:image-set('//tracker.example/1x' 1x, url(/b) 2x)}/*url(//tracker.example/no)*/",
		"a{b:url(//tracker.example/x\\)y) url(  /own\\ x\t) url(bad\"url(//tracker.example/x)",
		`a{b:image-set(url("/a") 1x, "//tracker.example/x" 2x)}`,
		"a{b:\"broken\nurl(//tracker.example/x)\"}",
		"a{b:src(\"//tracker.example/x\") url-prefix(//tracker.example)}#url(//tracker.example/x)",
	} {
		f.Add(seed)
	}
	v := newVisitor(f, pagePolicy, "/")
	f.Fuzz(func(t *testing.T, sheet string) {
		const before, behind = "<!doctype html><style>", "</style>"
		if strings.Contains(sheet, "</") || strings.Contains(sheet, "<!--") {
			t.Skip()
		}
		spec := PageSpec{Charset: "utf-8", URL: "https://www.shop.example/a/b"}
		got := v.page(t, spec, before+sheet+behind)
		if got.refusal != nil {
			return
		}
		out, opened := strings.CutPrefix(got.out, before)
		out, closed := strings.CutSuffix(out, behind)
		if !opened || !closed {
			t.Fatalf("%q becomes %q", sheet, got.out)
		}
		for _, url := range readSheet(out).urls {
			if onTracker(url) {
				t.Fatalf("%q becomes %q, which fetches %q", sheet, out, url)
			}
		}
		if out == sheet {
			return
		}
		// What is no URL by the letter, such as "#url(…)", may go all the same.
		for _, url := range append(readSheet(sheet).all, flat(sheet)) {
			if onTracker(url) || strings.Contains(strings.ToLower(url), "tracker.example") {
				return
			}
		}
		t.Fatalf("%q becomes %q, though no tracker is in it", sheet, out)
	})
}
