package view

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// FuzzDocuments compares the formats that frame JSON documents with a reader that takes the frames apart by itself, parses
// each document, and edits the values.
func FuzzDocuments(f *testing.F) {
	for _, seed := range []string{
		"{\"phone\":1,\"a\":[1]}\n\n{\"mail\":2}", "\x1e{\"phone\":1}\n\x1e12\n", ")]}',\n{\"phone\":1}", "cb({\"phone\":\"a);\"});", "for(;;);[1]", "\x1e\x1e1", "/**/a.b( 1 ) ; ",
	} {
		f.Add([]byte(seed), uint16(2))
	}
	f.Fuzz(func(t *testing.T, body []byte, cut uint16) {
		for name, format := range map[string]struct {
			begin  func(Job) Filter
			frames func(string) []string // the texts of the documents
		}{
			"NDJSON":   {func(j Job) Filter { return NewLines(j) }, func(s string) []string { return strings.Split(s, "\n") }},
			"sequence": {func(j Job) Filter { return NewSequence(j) }, func(s string) []string { return strings.Split(s, "\x1e") }},
			"guarded": {func(j Job) Filter { return NewGuarded(jsonpath.NewEditor(j.Set, j.Visitor, j.Limits)) }, func(s string) []string {
				n, _ := prefixOf([]byte(s))
				return []string{s[n:]}
			}},
			"JSONP": {func(j Job) Filter { return NewPadded(j, nil) }, func(s string) []string {
				open, shut := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
				if open < 0 || shut < open {
					return nil
				}
				return []string{s[open+1 : shut]}
			}},
		} {
			begin := func() Filter { return format.begin(jobOf(t, documentRules(), jsonpath.Limits{})) }
			whole, err := feed(begin(), body)
			at := int(cut) % (len(body) + 1)
			parts, err2 := feed(begin(), body, at)
			if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() || err == nil && !bytes.Equal(whole, parts) {
				t.Fatalf("%s: whole %q %v, cut at %d %q %v", name, whole, err, at, parts, err2)
			}
			if err != nil {
				continue
			}
			before, after := format.frames(string(body)), format.frames(string(whole))
			if len(before) != len(after) {
				t.Fatalf("%s: %d documents became %d", name, len(before), len(after))
			}
			for i := range before {
				sameButForRules(t, before[i], after[i])
			}
		}
	})
}

// sameButForRules compares the values of two documents, of which the second has been edited. What encoding/json reads
// otherwise than the standard, numbers out of range and repeated names above all, is left to the package's own tests.
func sameButForRules(t *testing.T, before, after string) {
	t.Helper()
	mark := string(byteOrderMark)
	before, after = strings.TrimPrefix(strings.TrimLeft(before, " \t\r\n"), mark), strings.TrimPrefix(strings.TrimLeft(after, " \t\r\n"), mark)
	if strings.TrimSpace(before) == "" {
		if strings.TrimSpace(after) != "" {
			t.Fatalf("nothing became %q", after)
		}
		return
	}
	want, ok := decodedOnce(before)
	got, still := decodedOnce(after)
	if !ok {
		return
	}
	if !still {
		t.Fatalf("%q became %q, which is no JSON", before, after)
	}
	if object, isObject := want.(map[string]any); isObject {
		delete(object, "phone")
		if _, has := object["mail"]; has {
			object["mail"] = "x"
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%q became %q", before, after)
	}
}

func decodedOnce(text string) (value any, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := d.Decode(&value)
	return value, err == nil && !d.More()
}
