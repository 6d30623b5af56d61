package markup

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// corpus is a place among third-party test data.
func corpus(t testing.TB, elements ...string) string {
	t.Helper()
	root := os.Getenv("PRIVET_CORPUS")
	if root == "" {
		t.Skip("PRIVET_CORPUS is not set: it names the folder of third-party test data")
	}
	return filepath.Join(append([]string{root}, elements...)...)
}

// pages are saved web pages.
func pages(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob(corpus(t, "pages", "*.html.gz"))
	if err != nil || len(files) == 0 {
		t.Skip("PRIVET_CORPUS has no pages")
	}
	var all [][]byte
	for _, file := range files {
		coded, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(coded))
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page)
	}
	return all
}

// html5libTest is a case of html5lib-tests' tokenizer folder, as its README describes it.
type html5libTest struct {
	Description   string   `json:"description"`
	Input         string   `json:"input"`
	Output        []any    `json:"output"`
	InitialStates []string `json:"initialStates"`
	LastStartTag  string   `json:"lastStartTag"`
	DoubleEscaped bool     `json:"doubleEscaped"`
}

// TestHTML5lib runs the tokenizer tests of html5lib, whole and at every split.
func TestHTML5lib(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(corpus(t, "html5lib", "tokenizer", "*.test"))
	if err != nil || len(files) == 0 {
		t.Skip("PRIVET_CORPUS has no html5lib tests")
	}
	runs := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var suite struct{ Tests []html5libTest }
		if err := json.Unmarshal(text, &suite); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, test := range suite.Tests {
			if test.DoubleEscaped {
				test.Input = unescape(test.Input)
				test.Output = unescapeAll(test.Output).([]any)
			}
			if len(test.InitialStates) == 0 {
				test.InitialStates = []string{"Data state"}
			}
			want := asJSON(t, mergeCharacters(test.Output))
			for _, state := range test.InitialStates {
				runs++
				for cut := range len(test.Input) + 1 {
					got := asJSON(t, html5libTokens(t, test, state, cut))
					if got != want {
						t.Errorf("%s: %s (%s), cut at %d:\n%q\n got %s\nwant %s", filepath.Base(file), test.Description, state, cut, test.Input, got, want)
						break
					}
				}
			}
		}
	}
	t.Logf("%d cases", runs)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// html5libTokens reads a case's input cut in two, and gives what the tests expect of a tokenizer alone.
func html5libTokens(t *testing.T, test html5libTest, state string, cut int) []any {
	t.Helper()
	var z Tokenizer
	input, prefix := test.Input, 0
	switch state {
	case "Data state":
	case "RCDATA state":
		z.SetModel(RCDATA, test.LastStartTag)
	case "RAWTEXT state":
		z.SetModel(RawText, test.LastStartTag)
	case "Script data state":
		z.SetModel(ScriptData, test.LastStartTag)
	case "PLAINTEXT state":
		z.SetModel(PlainText, "")
	case "CDATA section state":
		const opening = "<![CDATA["
		z.CDATA = true
		input, prefix = opening+input, len(opening)
		tokens := collect(t, &z, input, cutAt(cut+prefix), func(*Token) { z.CDATA = false })
		tokens[0].raw = tokens[0].raw[prefix:]
		return adapt(tokens, RawText)
	default:
		t.Fatalf("state %q is not known", state)
	}
	model := z.model
	return adapt(collect(t, &z, input, cutAt(cut), func(tok *Token) {
		if tok.Kind == StartTag {
			z.SetModel(Data, "") // there is no tree builder in these tests
		}
	}), model)
}

// adapt does what the standard has done around the tokens by others: newlines, NUL, references, repeated attributes.
func adapt(tokens []token, model Model) []any {
	var out []any
	for _, tok := range tokens {
		raw := strings.ReplaceAll(strings.ReplaceAll(tok.raw, "\r\n", "\n"), "\r", "\n")
		switch tok.kind {
		case Text:
			out = append(out, []any{"Character", decode(raw, false)})
		case Raw:
			raw = nulls(raw)
			if model == RCDATA {
				raw = decode(raw, false)
			}
			out = append(out, []any{"Character", raw})
		case CDATA:
			if raw = strings.TrimSuffix(raw, "]]>"); raw != "" {
				out = append(out, []any{"Character", raw})
			}
		case Comment:
			out = append(out, []any{"Comment", nulls(commentText(raw, tok.bogus))})
		case Doctype:
			out = append(out, doctypeOf(raw))
		case StartTag:
			attrs := map[string]any{}
			for _, a := range slices.Backward(tok.attrs) {
				value := strings.ReplaceAll(strings.ReplaceAll(a.value, "\r\n", "\n"), "\r", "\n")
				attrs[a.name] = decode(nulls(value), true)
			}
			one := []any{"StartTag", tok.name, attrs}
			if tok.selfClosing {
				one = append(one, true)
			}
			out = append(out, one)
		case EndTag:
			out = append(out, []any{"EndTag", tok.name})
		case Broken:
		}
	}
	return mergeCharacters(out)
}

func decode(s string, attribute bool) string {
	return string(AppendDecoded(nil, []byte(s), attribute))
}

func nulls(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }

func commentText(raw string, bogus bool) string {
	if bogus {
		raw = strings.TrimSuffix(raw, ">")
		if strings.HasPrefix(raw, "<?") {
			return raw[1:]
		}
		return raw[2:]
	}
	if raw == "<!-->" || raw == "<!--->" {
		return ""
	}
	raw = raw[4:]
	for _, end := range []string{"--!>", "-->", "--!", "--", "-"} {
		if text, ok := strings.CutSuffix(raw, end); ok {
			return text
		}
	}
	return raw
}

// doctypeOf is the standard's reading of a doctype, which the package leaves to whom it concerns.
func doctypeOf(raw string) []any {
	s, closed := strings.CutSuffix(raw[len("<!doctype"):], ">")
	correct := closed
	const space = "\t\n\f "
	s = strings.TrimLeft(s, space)
	n := strings.IndexAny(s, space)
	if n < 0 {
		n = len(s)
	}
	var name, public, system any
	if n > 0 {
		name = nulls(lowerASCII(s[:n]))
	} else {
		correct = false
	}
	s = strings.TrimLeft(s[n:], space)
	quoted := func() any {
		s = strings.TrimLeft(s, space)
		if s == "" || s[0] != '"' && s[0] != '\'' {
			correct = false
			return nil
		}
		id, rest, ok := strings.Cut(s[1:], s[:1])
		s, correct = rest, correct && ok
		return nulls(id)
	}
	word := ""
	if len(s) >= 6 {
		word = lowerASCII(s[:6])
	}
	switch {
	case s == "":
	case word == "public":
		s = s[6:]
		if public = quoted(); public == nil {
			break
		}
		if s = strings.TrimLeft(s, space); s != "" && (s[0] == '"' || s[0] == '\'') {
			system = quoted()
		} else if s != "" {
			correct = false
		}
	case word == "system":
		s = s[6:]
		system = quoted()
	default:
		correct = false
	}
	return []any{"DOCTYPE", name, public, system, correct}
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = lower(b[i])
	}
	return string(b)
}

// mergeCharacters joins neighbouring characters, and drops the names of errors.
func mergeCharacters(tokens []any) []any {
	out := []any{}
	for _, one := range tokens {
		tok, ok := one.([]any)
		if !ok {
			continue
		}
		if n := len(out); n > 0 && tok[0] == "Character" && out[n-1].([]any)[0] == "Character" {
			out[n-1] = []any{"Character", out[n-1].([]any)[1].(string) + tok[1].(string)}
			continue
		}
		out = append(out, tok)
	}
	return out
}

// unescape reads the \uXXXX that a doubly escaped case has left.
func unescape(s string) string {
	var units []uint16
	for s != "" {
		if strings.HasPrefix(s, `\u`) && len(s) >= 6 {
			if v, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				units = append(units, uint16(v))
				s = s[6:]
				continue
			}
		}
		for i, r := range s {
			if i == 0 {
				units = utf16.AppendRune(units, r)
				s = s[len(string(r)):]
				break
			}
		}
	}
	return string(utf16.Decode(units))
}

func unescapeAll(v any) any {
	switch v := v.(type) {
	case string:
		return unescape(v)
	case []any:
		for i := range v {
			v[i] = unescapeAll(v[i])
		}
		return v
	case map[string]any:
		m := map[string]any{}
		for k, x := range v {
			m[unescape(k)] = unescapeAll(x)
		}
		return m
	default:
		return v
	}
}

func TestPagesAtSplits(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		input := string(page[:min(len(page), 20_000)])
		want := collect(t, new(Tokenizer), input, cutAt(len(input)), nil)
		for _, step := range []int{1, 7, 1000} {
			got := collect(t, new(Tokenizer), input, every(step), nil)
			if !slices.EqualFunc(got, want, same) {
				t.Errorf("in pieces of %d the tokens differ", step)
			}
		}
	}
}
