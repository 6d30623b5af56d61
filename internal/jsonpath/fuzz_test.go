package jsonpath

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// readable reports whether the reference reads doc and paths as this package must: it takes its names from
// encoding/json, which turns lone surrogates into U+FFFD, and it recurses.
func readable(doc []byte, paths []Path) bool {
	if !utf8.Valid(doc) || !json.Valid(doc) {
		return false
	}
	if !examinable(doc, paths) {
		return false
	}
	return !bytes.Contains(bytes.ToLower(doc), []byte(`\ud`)) || !replaces(doc)
}

// replaces reports whether encoding/json puts U+FFFD into a text of doc, be it for a surrogate that stands alone.
func replaces(doc []byte) bool {
	for tokens := json.NewDecoder(bytes.NewReader(doc)); ; {
		token, err := tokens.Token()
		if err != nil {
			return false
		}
		if text, ok := token.(string); ok && strings.ContainsRune(text, utf8.RuneError) {
			return true
		}
	}
}

// FuzzEditor cuts any document anywhere: the Editor accepts what encoding/json accepts (and UTF-8 only), and edits
// as the reference does.
func FuzzEditor(f *testing.F) {
	for _, seed := range []struct{ queries, doc string }{
		{"$..a\n$.b[*]", `{"a":1,"b":[1,{"a":[2]}],"a":3}`},
		{"$..*", `[1,-2.5e-7,"\u00e9\/é",true,null,{"":{}}]`},
		{"$..[-1]\n$[::-2]\n$[1:3]", ` [ [ 1 , 2 ] , [ ] , [ [ 3 ] ] ] `},
		{"$['a','\\u0062']\n$.*.c", `{"\u0061":{"c":1},"b":"\ud83d\ude00","d":{"c":2},"c":0}`},
		{"0", `{"a":{"3d\ude0c":2},"\ud83d\ude00":1}`},
		{"$", "\xEF\xBB\xBF12"},
		{"$.a", `{"a":[1,}`},
		{"$..a[0]", "{\"a\":[\"\xff\"]}"},
		{"$..[?@.a==1]\n$.b[?@>$.a]\n$[?@.a].a", `{"a":1,"b":[2,{"a":1}],"c":{"a":{"a":1}}}`},
		{"$..a..b\n$..b..a", `{"a":{"b":{"a":{"b":[{"a":1}]}}}}`},
	} {
		for options := range uint64(4) {
			f.Add(seed.queries, []byte(seed.doc), 1+4*options, uint8(3))
		}
	}
	f.Fuzz(func(t *testing.T, queries string, doc []byte, seed uint64, cut uint8) {
		var paths []Path
		for q := range strings.SplitSeq(queries, "\n") {
			if p, err := Parse(q); err == nil && len(paths) < 8 && len(q) < 100 {
				paths = append(paths, p)
			}
		}
		if len(doc) > 1<<12 {
			t.Skip()
		}
		set := Compile(paths)
		strict, under := seed&4 != 0, seed&8 != 0
		if strict {
			set = CompileStrict(paths, len(paths)/2)
		}
		var names *Names
		if under {
			names = &Names{Of: map[string]Named{"c": {Fields: []string{"a", "b"}}}}
			names.Of["a"] = Named{Fields: []string{"b"}, Below: names}
			set = set.Under(names)
		}
		way := slices.Repeat([]int{int(cut)%7 + 1}, len(doc)/(int(cut)%7+1))
		way = append(way, len(doc)%(int(cut)%7+1))
		only := [][]Do{{Descend}, {Remove, Descend}, {Replace, Descend, Hold}, {Remove, Replace, Hold, Descend, Descend}}[seed%4]
		whole, split := &script{seed: seed, only: only, doc: doc}, &script{seed: seed, only: only, doc: doc}
		out, err := run(set, whole, doc, []int{len(doc)})
		cutOut, cutErr := run(set, split, doc, way)
		if refusal(err) != refusal(cutErr) {
			t.Fatalf("whole: %v; cut: %v", err, cutErr)
		}
		if err == nil && (!bytes.Equal(out, cutOut) || !slices.Equal(whole.trace, split.trace)) {
			t.Fatalf("whole: %q %q; cut: %q %q", out, whole.trace, cutOut, split.trace)
		}
		plain := bytes.TrimPrefix(doc, []byte(byteOrderMark))
		if valid := json.Valid(plain) && utf8.Valid(plain); valid != (err == nil) {
			t.Fatalf("valid %t, %v", valid, err)
		}
		if err != nil || !readable(plain, paths) {
			return
		}
		repeated := false
		parseTree(plain).read(false, &repeated)
		if (repeated || under) && slices.ContainsFunc(paths, func(p Path) bool { return strings.Contains(p.Normalized(), "?") }) {
			return // readers differ; FuzzQuery looks into that
		}
		root := parseTree(doc)
		root.call(names)
		found := selections(paths, root)
		if strict {
			rest(found, root, paths, len(paths)/2)
		}
		checkReference(t, root, found, whole, out)
	})
}

// refusal tells errors apart by all that they hold.
func refusal(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func checkReference(t *testing.T, root *node, found map[*node][]int, got *script, out []byte) {
	t.Helper()
	want := reference{script: &script{seed: got.seed, only: got.only, doc: got.doc}, found: found}
	text := want.edit(root)
	if text == nil {
		text = []byte("null")
	}
	if !slices.Equal(got.trace, want.trace) {
		t.Fatalf("asked %q, want %q", got.trace, want.trace)
	}
	if !json.Valid(bytes.TrimPrefix(out, []byte(byteOrderMark))) {
		t.Fatalf("edited to %q", out)
	}
	if compact := compactTree(out, parseTree(out)); !bytes.Equal(compact, text) {
		t.Fatalf("edited to %s, want %s", compact, text)
	}
}

// FuzzParse looks for panics and for texts that do not come back.
func FuzzParse(f *testing.F) {
	for _, q := range []string{"$", "$.a..b[*]", "$['a\\u0062',\"c\"][ 0 , -1 ,1:2:3]", "$..[::-1]", "$[?@.a]", "$[?!(@.a==1e2)||match(@[0],'a.*')&&count($..*)<2]", "$[", "$['\\uD834\\uDD1E']", "$.☺"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		p, err := Parse(query)
		if err != nil {
			return
		}
		if p.String() != query {
			t.Fatalf("%q comes back as %q", query, p)
		}
		again, err := Parse(p.Normalized())
		if err != nil || again.Normalized() != p.Normalized() {
			t.Fatalf("%q: %q, then %q, %v", query, p.Normalized(), again.Normalized(), err)
		}
	})
}
