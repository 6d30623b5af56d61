package coding_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/coding"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		header []string
		want   coding.Coding
	}{
		{nil, coding.Identity},
		{[]string{""}, coding.Identity},
		{[]string{" , ,"}, coding.Identity},
		{[]string{"identity"}, coding.Identity},
		{[]string{"Identity, identity"}, coding.Identity},
		{[]string{"gzip"}, coding.Gzip},
		{[]string{"\tGZip "}, coding.Gzip},
		{[]string{"x-gzip"}, coding.Gzip},
		{[]string{"X-GZIP"}, coding.Gzip},
		{[]string{"identity, gzip"}, coding.Gzip},
		{[]string{"", "gzip"}, coding.Gzip},
	} {
		if got, err := coding.Parse(test.header); err != nil || got != test.want {
			t.Errorf("%q: %s, %v; want %s", test.header, got, err, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		header  []string
		token   string
		stacked bool
		message string
	}{
		{[]string{"br"}, "br", false, "content coding br"},
		{[]string{"ZSTD"}, "zstd", false, "content coding zstd"},
		{[]string{"deflate"}, "deflate", false, "content coding deflate"},
		{[]string{"dcz"}, "dcz", false, "content coding dcz"},
		{[]string{"gzip, gzip"}, "", true, "several content codings"},
		{[]string{"gzip", "x-gzip"}, "", true, "several content codings"},
		{[]string{"gzip, br"}, "br", false, "content coding br"},
		{[]string{"jane@example.com"}, "", false, "an unknown content coding"},
		{[]string{"gzip;q=1"}, "", false, "an unknown content coding"},
		{[]string{"gzip deflate"}, "", false, "an unknown content coding"},
		{[]string{"*"}, "", false, "an unknown content coding"},
	} {
		got, err := coding.Parse(test.header)
		var unsupported *coding.UnsupportedError
		if !errors.As(err, &unsupported) || unsupported.Token != test.token || unsupported.Stacked != test.stacked || got != 0 {
			t.Errorf("%q: %s, %v", test.header, got, err)
			continue
		}
		if want := test.message + " cannot be read; a request is refused with 415 and Accept-Encoding: gzip, a response with 502"; err.Error() != want {
			t.Errorf("%q: %q, want %q", test.header, err, want)
		}
		if strings.Contains(err.Error(), "jane") {
			t.Error("the error shows what the header held")
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]bool{
		"gzip": true, "X-Gzip": true, "identity": true, "": false, "br": false, "deflate": false, "*": false, "gzip ": false,
	} {
		if got := coding.Known(token); got != want {
			t.Errorf("%q: %t, want %t", token, got, want)
		}
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	for want, headers := range map[string][][]string{
		"gzip": {
			{"gzip"},
			{"GZIP"},
			{"x-gzip"},
			{"gzip, deflate, br, zstd"},
			{"br", "gzip"},
			{"gzip;q=0.1"},
			{"gzip ; Q=1.000"},
			{"*"},
			{"*;q=0.5"},
			{"br, *"},
			{"gzip, *;q=0"},
			{"gzip;q=1;x=y"},
			{"identity;q=0, gzip"},
		},
		"identity": {
			nil,
			{""},
			{"identity"},
			{"br, zstd"},
			{"gzip;q=0"},
			{"gzip;q=0.000"},
			{"*;q=0"},
			{"gzip;q=0, *"},
			{"gzip;q=-1"},
			{"gzip;q=x"},
			{"gzip;q=NaN"},
			{"gzip;q="},
			{"gzipped"},
			{"gzip;q=2"},
		},
	} {
		for _, header := range headers {
			if got := coding.Accept(header); got != want {
				t.Errorf("%q: %q, want %q", header, got, want)
			}
		}
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("gzip;q=0.5, *;q=0", "identity, x-gzip")
	f.Fuzz(func(t *testing.T, accept, encoding string) {
		if got := coding.Accept([]string{accept}); got != "gzip" && got != "identity" {
			t.Errorf("asks the upstream for %q", got)
		}
		got, err := coding.Parse([]string{encoding})
		if (err == nil) != (got == coding.Identity || got == coding.Gzip) {
			t.Errorf("%s, %v", got, err)
		}
	})
}
