package filter

import (
	"net/http"
	"slices"
	"testing"
)

func TestWithhold(t *testing.T) {
	t.Parallel()
	h := http.Header{"Permissions-Policy": {"geolocation=(self), fullscreen=*"}}
	Withhold(h, []string{"camera", "geolocation"})
	if got, want := h["Permissions-Policy"], []string{"geolocation=(self), fullscreen=*", "camera=(), geolocation=()"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	none := http.Header{}
	if Withhold(none, nil); len(none) > 0 {
		t.Errorf("got %v", none)
	}
}

func TestReferrer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines, open, tight []string
	}{
		{nil, []string{defaultReferrer}, []string{defaultReferrer}},
		{[]string{"no-referrer"}, []string{"no-referrer"}, []string{"no-referrer"}},
		{[]string{"Unsafe-URL"}, []string{"Unsafe-URL"}, []string{"Unsafe-URL", defaultReferrer}},
		{[]string{"no-referrer-when-downgrade"}, []string{"no-referrer-when-downgrade"}, []string{"no-referrer-when-downgrade", defaultReferrer}},
		{[]string{"no-referrer, unsafe-url"}, []string{"no-referrer, unsafe-url"}, []string{"no-referrer, unsafe-url", defaultReferrer}},
		{[]string{"unsafe-url", "same-origin, future-word"}, []string{"unsafe-url", "same-origin, future-word"}, []string{"unsafe-url", "same-origin, future-word"}},
		{[]string{"future-word"}, []string{"future-word", defaultReferrer}, []string{"future-word", defaultReferrer}},
		{[]string{""}, []string{"", defaultReferrer}, []string{"", defaultReferrer}},
	} {
		for tighten, want := range map[bool][]string{false: c.open, true: c.tight} {
			h := http.Header{}
			if c.lines != nil {
				h["Referrer-Policy"] = slices.Clone(c.lines)
			}
			Referrer(h, tighten)
			if got := h["Referrer-Policy"]; !slices.Equal(got, want) {
				t.Errorf("%q, tighten %t: got %q, want %q", c.lines, tighten, got, want)
			}
		}
	}
}
