package filter

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariantIsPrivate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   []string
		want string
	}{
		{nil, "private"},
		{[]string{""}, "private"},
		{[]string{"public, max-age=60, s-maxage=600"}, "private, max-age=60"},
		{[]string{"Max-Age=60", "PUBLIC", "S-MaxAge=1 , proxy-revalidate"}, "private, Max-Age=60"},
		{[]string{"private"}, "private"},
		{[]string{`private="X-A, public", no-cache="Set-Cookie, X-B", immutable`}, `private, no-cache="Set-Cookie, X-B", immutable`},
		{[]string{`ext="a\", public", public`}, `private, ext="a\", public"`},
		{[]string{"no-store"}, "private, no-store"},
		{[]string{"max-age=60, stale-while-revalidate=30, must-revalidate"}, "private, max-age=60, stale-while-revalidate=30, must-revalidate"},
		{[]string{"publicity"}, "private, publicity"},
	} {
		h := http.Header{"Cache-Control": c.in}
		Variant(h, VariantSpec{Variant: "abc"})
		if diff := cmp.Diff([]string{c.want}, h["Cache-Control"]); diff != "" {
			t.Errorf("%q: %s", c.in, diff)
		}
		again := h.Clone()
		if Variant(again, VariantSpec{Variant: "abc"}); !cmp.Equal(h["Cache-Control"], again["Cache-Control"]) {
			t.Errorf("%q is mended again", c.in)
		}
	}
}

func TestVariantLeavesSharedCachesNothing(t *testing.T) {
	t.Parallel()
	h := http.Header{
		"Cdn-Cache-Control": {"max-age=600"}, "Cloudflare-Cdn-Cache-Control": {"max-age=600"}, "Vercel-CDN-Cache-Control": {"max-age=1"},
		"Surrogate-Control": {"max-age=600"}, "Edge-Control": {"max-age=600"}, "X-Accel-Expires": {"600"}, "X-Litespeed-Cache-Control": {"public"},
		"Surrogate-Key": {"a b"}, "Expires": {"Wed, 21 Oct 2026 07:28:00 GMT"}, "Age": {"5"}, "Last-Modified": {"Wed, 21 Oct 2026 07:28:00 GMT"},
	}
	Variant(h, VariantSpec{Variant: "abc", Vary: []string{"X-User"}})
	want := http.Header{
		"Cache-Control": {"private"}, "Vary": {"Cookie, Sec-GPC, X-User"},
		"Surrogate-Key": {"a b"}, "Expires": {"Wed, 21 Oct 2026 07:28:00 GMT"}, "Age": {"5"}, "Last-Modified": {"Wed, 21 Oct 2026 07:28:00 GMT"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
}

func TestVariantVaries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, extra, want []string }{
		{nil, nil, []string{"Cookie, Sec-GPC"}},
		{[]string{"Accept-Encoding"}, []string{"X-User", "cookie", "x-user"}, []string{"Accept-Encoding, Cookie, Sec-GPC, X-User"}},
		{[]string{"sec-gpc , ", "COOKIE,Accept"}, nil, []string{"sec-gpc, COOKIE, Accept"}},
		{[]string{"*"}, []string{"X-User"}, []string{"*"}},
		{[]string{"Accept", "Origin, *"}, nil, []string{"Accept", "Origin, *"}},
	} {
		h := http.Header{}
		if c.in != nil {
			h["Vary"] = c.in
		}
		Variant(h, VariantSpec{Variant: "abc", Vary: c.extra})
		if diff := cmp.Diff(c.want, h["Vary"]); diff != "" {
			t.Errorf("%q: %s", c.in, diff)
		}
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	h := http.Header{
		"Content-Length": {"1"}, "Content-Md5": {"x"}, "Digest": {"x"}, "Content-Digest": {"x"}, "Repr-Digest": {"x"}, "Accept-Ranges": {"bytes"},
		"Unencoded-Digest": {"x"}, http.TrailerPrefix + "Digest": {"x"},
		"Want-Repr-Digest": {"sha-256=1"}, "Last-Modified": {"x"}, "Etag": {`"a"`}, "Content-Type": {"application/json"},
		"Signature-Input": {`sig1=("@status" "content-digest");keyid="k"`}, "Signature": {"sig1=:abcd:"},
	}
	Changed(h)
	want := http.Header{
		"Want-Repr-Digest": {"sha-256=1"}, "Last-Modified": {"x"}, "Etag": {`"a"`}, "Content-Type": {"application/json"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	status := http.Header{"Signature-Input": {`sig1=("@status");keyid="k"`}, "Signature": {"sig1=:abcd:"}}
	Changed(status)
	if len(status) != 2 {
		t.Error("a signature over the status alone stays true")
	}
}

func BenchmarkVariant(b *testing.B) {
	template := benchResponse()
	spec := VariantSpec{Variant: "abcdefghijkl", Vary: []string{"X-User"}}
	b.ReportAllocs()
	for b.Loop() {
		h := http.Header{"Cache-Control": template["Cache-Control"], "Etag": template["Etag"], "Link": template["Link"]}
		Variant(h, spec)
	}
}
