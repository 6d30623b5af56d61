package view

import (
	"bytes"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// cutAnywhere feeds a body whole and in pieces of one size, and fails where the outcomes differ.
func cutAnywhere(t *testing.T, begin func() Filter, body []byte, size uint8) ([]byte, error) {
	t.Helper()
	whole, failed := feed(begin(), body)
	var cuts []int
	for at := 1 + int(size)%9; at < len(body); at += 1 + int(size)%9 {
		cuts = append(cuts, at)
	}
	got, err := feed(begin(), body, cuts...)
	if (err == nil) != (failed == nil) || err == nil && !bytes.Equal(got, whole) {
		t.Fatalf("in pieces: %q, %v; whole: %q, %v", got, err, whole, failed)
	}
	return whole, failed
}

// fieldRules are what is done to fields of forms.
func fieldRules() []rule {
	return []rule{
		{path: "$.gone", do: jsonpath.Remove},
		{path: "$.held", do: jsonpath.Hold, with: `"x & \"y\""`},
		{path: "$.null", do: jsonpath.Replace, with: "null"},
	}
}

// edited is what fieldRules make of a field.
func edited(name, value string) (string, bool) {
	switch name {
	case "gone":
		return "", false
	case "held":
		return `x & "y"`, true
	case "null":
		return "", true
	default:
		return value, true
	}
}

// named is a field as a reader of the format sees it.
type named struct{ name, value string }

func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"a=1&gone=2&held=3&null=4", "&&gone&=&held=%20+&g%6fne=&", "a=%C3%A4&%ff=1", "a;b=1", "\xEF\xBB\xBFgone=1&a", "a=%00", "held&null&gone", "gone=1&\xEF\xBB\xBFgone=1&a",
	} {
		f.Add([]byte(seed), uint8(0))
	}
	f.Fuzz(func(t *testing.T, body []byte, size uint8) {
		out, err := cutAnywhere(t, func() Filter { return NewForm(jobOf(t, fieldRules(), jsonpath.Limits{})) }, body, size)
		in, ok := fieldsOf(body)
		if ok != (err == nil) {
			t.Fatalf("%v, and another reader says %t", err, ok)
		}
		if err != nil {
			return
		}
		var want []named
		for _, field := range in {
			if value, stays := edited(field.name, field.value); stays {
				want = append(want, named{field.name, value})
			}
		}
		got, ok := fieldsOf(out)
		if !ok || !equalFields(got, want) {
			t.Fatalf("%q became %q: %q, want %q", body, out, got, want)
		}
		again, err := feed(NewForm(jobOf(t, fieldRules(), jsonpath.Limits{})), out)
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("%q became %q, %v", out, again, err)
		}
	})
}

func equalFields(a, b []named) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func FuzzMultipart(f *testing.F) {
	for _, seed := range []string{
		lines(field(`name="a"`, "1"), field(`name="gone"`, "2"), field(`name=held`, "3"), file("null", "image/png", "x"), end),
		lines(file("x", "application/json", `{"gone":1,"a":[2]}`), file("held", "text/html", "{}"), end),
		lines(file("x", "text/csv", "a,b\r\n1,2"), file("x", "application/x-ndjson", "1\n"), "--b-- "),
		lines("x", field(`name="gone"`, "\r\n-\r\n--"), "--b \t", "", "", end),
		"--b--", "--b\r\n\r\n--b--", strings.ReplaceAll(lines(field(`name="a"`, "1"), end), "\r", ""),
	} {
		f.Add([]byte(seed), uint8(0))
	}
	f.Fuzz(func(t *testing.T, body []byte, size uint8) {
		out, err := cutAnywhere(t, func() Filter { return NewMultipart(jobOf(t, fieldRules(), jsonpath.Limits{}), "b", kindsOf) }, body, size)
		if err != nil {
			return
		}
		in, ok := partsOf(body)
		if !ok {
			t.Fatalf("%q passed, and another reader refuses it", body)
		}
		got, ok := partsOf(out)
		if !ok {
			t.Fatalf("%q became %q, which another reader refuses", body, out)
		}
		at := 0
		for _, p := range in {
			want, stays := edited(p.name, p.value)
			if !stays {
				continue
			}
			if at == len(got) || got[at].name != p.name {
				t.Fatalf("%q became %q: a part is missing", body, out)
			}
			is := got[at].value
			at++
			switch {
			case want == p.value && p.reads:
				sameButFields(t, p.value, is)
			case want == p.value, !p.reads:
				if is != want {
					t.Fatalf("%q became %q: part %q, want %q", body, out, is, want)
				}
			}
		}
		if at != len(got) {
			t.Fatalf("%q became %q: a part too many", body, out)
		}
	})
}
