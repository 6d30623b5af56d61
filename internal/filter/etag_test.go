package filter

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariantTag(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   []string
		want []string
	}{
		{[]string{`"abc"`}, []string{`W/"abc-privet.s.d1"`}},
		{[]string{` W/"abc" `}, []string{`W/"abc-privet.w.d1"`}},
		{[]string{`""`}, []string{`W/"-privet.s.d1"`}},
		{[]string{`"a,b\c"`}, []string{`W/"a,b\c-privet.s.d1"`}},
		{[]string{`"a-privet.s.zz"`}, []string{`W/"a-privet.s.zz-privet.s.d1"`}},
		{[]string{"\"\xff\""}, []string{"W/\"\xff-privet.s.d1\""}},
		{[]string{`abc`}, nil},
		{[]string{`w/"abc"`}, nil},
		{[]string{`"a"b"`}, nil},
		{[]string{`"a b"`}, nil},
		{[]string{`"abc`}, nil},
		{[]string{`"a", "b"`}, nil},
		{[]string{`"a"`, `"a"`}, nil},
		{[]string{``}, nil},
	} {
		h := http.Header{"Etag": c.in}
		Variant(h, VariantSpec{Variant: "d1"})
		if diff := cmp.Diff(c.want, h["Etag"]); diff != "" {
			t.Errorf("%q: %s", c.in, diff)
		}
	}
	for _, variant := range []string{"", "a-privet.b", `a"`, "a.b", "a b"} {
		h := http.Header{"Etag": {`"abc"`}}
		Variant(h, VariantSpec{Variant: variant})
		if h["Etag"] != nil {
			t.Errorf("variant %q has the tag %q", variant, h["Etag"])
		}
	}
	h := http.Header{"Etag": {`"abc"`}, "Last-Modified": {"x"}}
	Variant(h, VariantSpec{Variant: "d1", NoValidators: true})
	if h["Etag"] != nil || h["Last-Modified"] != nil {
		t.Error("validators stay")
	}
}

func TestRequestValidators(t *testing.T) {
	t.Parallel()
	const own, other = `W/"a-privet.s.d1"`, `W/"b-privet.w.d2"`
	for _, c := range []struct {
		name     string
		v        Validation
		in, want http.Header
	}{
		{
			"own tag turns back",
			Validation{Method: "GET", Variant: "d1", Filtered: false},
			http.Header{"If-None-Match": {own}, "If-Modified-Since": {"x"}},
			http.Header{"If-None-Match": {`"a"`}, "If-Modified-Since": {"x"}},
		},
		{
			"others are dropped from a list",
			Validation{Method: "HEAD", Variant: "d1", Filtered: false},
			http.Header{"If-None-Match": {`"x,y", ` + other + `,, ` + own, `W/"c,d-privet.w.d1"`}},
			http.Header{"If-None-Match": {`"a", W/"c,d"`}},
		},
		{
			"none left, and no date in its place",
			Validation{Method: "GET", Variant: "d1", Filtered: false},
			http.Header{"If-None-Match": {`"a", ` + other}, "If-Modified-Since": {"x"}},
			http.Header{},
		},
		{
			"bodies that are never filtered have the upstream's own",
			Validation{Method: "GET", Variant: "d1", Maybe: true, Untouched: true},
			http.Header{"If-None-Match": {`"a", ` + other + `, W/"c"`}, "If-Modified-Since": {"x"}},
			http.Header{"If-None-Match": {`"a", W/"c"`}, "If-Modified-Since": {"x"}},
		},
		{
			"and their own dates",
			Validation{Method: "GET", Variant: "d1", Maybe: true, Untouched: true},
			http.Header{"If-Modified-Since": {"x"}},
			http.Header{"If-Modified-Since": {"x"}},
		},
		{"star", Validation{Method: "GET", Variant: "d1", Filtered: false}, http.Header{"If-None-Match": {"*"}}, http.Header{}},
		{"malformed", Validation{Method: "GET", Variant: "d1", Filtered: false}, http.Header{"If-None-Match": {own + ` x`}}, http.Header{}},
		{"quote without end", Validation{Method: "GET", Variant: "d1", Filtered: false}, http.Header{"If-None-Match": {`W/"a-privet.s.d1`}}, http.Header{}},
		{"no variant, nothing of ours", Validation{Method: "GET", Variant: "", Filtered: false}, http.Header{"If-None-Match": {`W/"a-privet.s."`}}, http.Header{}},
		{"a strong tag is none of ours", Validation{Method: "GET", Variant: "d1", Filtered: false}, http.Header{"If-None-Match": {`"a-privet.s.d1"`}}, http.Header{}},
		{
			"bodies that are filtered have no ranges or dates",
			Validation{Method: "GET", Variant: "d1", Filtered: true},
			http.Header{"If-None-Match": {own}, "If-Modified-Since": {"x"}, "Range": {"bytes=0-1"}, "If-Range": {`"a"`}, "If-Unmodified-Since": {"x"}},
			http.Header{"If-None-Match": {`"a"`}, "If-Unmodified-Since": {"x"}},
		},
		{
			"a date alone is true of other bodies",
			Validation{Method: "GET", Variant: "d1", Filtered: false},
			http.Header{"If-Modified-Since": {"x"}, "Range": {"bytes=0-1"}, "If-Range": {`"a"`}},
			http.Header{"If-Modified-Since": {"x"}, "Range": {"bytes=0-1"}, "If-Range": {`"a"`}},
		},
		{
			"a range of this variant",
			Validation{Method: "GET", Variant: "d1", Filtered: false},
			http.Header{"Range": {"bytes=0-1"}, "If-Range": {own}},
			http.Header{"Range": {"bytes=0-1"}, "If-Range": {`"a"`}},
		},
		{
			"a range of another",
			Validation{Method: "GET", Variant: "d1", Filtered: false},
			http.Header{"Range": {"bytes=0-1"}, "If-Range": {other}},
			http.Header{},
		},
		{
			"any variant guards a change",
			Validation{Method: "PUT", Variant: "d1", Filtered: true},
			http.Header{"If-Match": {own + ", " + other + `, "c"`}, "If-Unmodified-Since": {"x"}},
			http.Header{"If-Match": {`"a", W/"b", "c"`}, "If-Unmodified-Since": {"x"}},
		},
		{
			"a guard is never dropped",
			Validation{Method: "PUT", Variant: "d1", Filtered: true},
			http.Header{"If-Match": {"*"}, "If-None-Match": {"*"}},
			http.Header{"If-Match": {"*"}, "If-None-Match": {"*"}},
		},
		{
			"a guard against what is there",
			Validation{Method: "PUT", Variant: "d1", Filtered: true},
			http.Header{"If-None-Match": {own + `, "c"`}},
			http.Header{"If-None-Match": {`"a", "c"`}},
		},
		{
			"a malformed guard fails upstream",
			Validation{Method: "PUT", Variant: "d1", Filtered: true},
			http.Header{"If-Match": {own + " x"}},
			http.Header{"If-Match": {own + " x"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			RequestValidators(c.in, c.v)
			if diff := cmp.Diff(c.want, c.in); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzTags(f *testing.F) {
	for _, seed := range []string{`"abc"`, `W/"a,b"`, `"a-privet.s.d1"`, `W/"-privet.w.d2-privet."`, `"`, `""`} {
		f.Add(seed, "d1")
	}
	f.Fuzz(func(t *testing.T, tag, variant string) {
		ours, ok := variantTag(tag, variant)
		if !ok {
			return
		}
		back, of, known := upstreamTag(ours)
		if !known || back != tag || of != variant {
			t.Errorf("%q became %q and came back as %q of %q", tag, ours, back, of)
		}
		h := http.Header{"If-None-Match": {`"x", ` + ours + `, W/"y-privet.s.` + variant + `2"`}}
		RequestValidators(h, Validation{Method: "GET", Variant: variant})
		if diff := cmp.Diff(http.Header{"If-None-Match": {tag}}, h); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzRequestValidators(f *testing.F) {
	for _, seed := range []string{`"a", W/"b-privet.s.d1"`, `*`, `W/"a-privet.w.d2",,"`, `"a,b"`, ``} {
		f.Add(seed, "GET")
	}
	f.Fuzz(func(t *testing.T, list, method string) {
		h := http.Header{"If-None-Match": {list}, "If-Match": {list}}
		RequestValidators(h, Validation{Method: method, Variant: "d1"})
		if len(h["If-Match"]) != 1 {
			t.Errorf("%q: the guard is %q", list, h["If-Match"])
		}
		if method == "GET" && h["If-None-Match"] != nil {
			if _, ok := tagList(h["If-None-Match"]); !ok {
				t.Errorf("%q became %q", list, h["If-None-Match"])
			}
		}
	})
}
