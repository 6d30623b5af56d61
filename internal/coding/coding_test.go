package coding_test

import (
	"errors"
	"regexp"
	"slices"
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
		{[]string{"br"}, coding.Brotli},
		{[]string{"BR, identity"}, coding.Brotli},
		{[]string{"zstd"}, coding.Zstd},
		{[]string{"ZSTD"}, coding.Zstd},
		{[]string{"deflate"}, coding.Deflate},
		{[]string{" Deflate,"}, coding.Deflate},
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
		{[]string{"compress"}, "compress", false, "content coding compress"},
		{[]string{"X-Compress"}, "x-compress", false, "content coding x-compress"},
		{[]string{"dcb"}, "dcb", false, "content coding dcb"},
		{[]string{"dcz"}, "dcz", false, "content coding dcz"},
		{[]string{"gzip, gzip"}, "", true, "several content codings"},
		{[]string{"gzip", "x-gzip"}, "", true, "several content codings"},
		{[]string{"gzip, br"}, "", true, "several content codings"},
		{[]string{"br, identity, br"}, "", true, "several content codings"},
		{[]string{"deflate", "zstd"}, "", true, "several content codings"},
		{[]string{"gzip, dcz"}, "dcz", false, "content coding dcz"},
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
		if want := test.message + " cannot be read; a request is refused with 415 and Accept-Encoding: gzip, br, zstd, deflate, a response with 502"; err.Error() != want {
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
		"gzip": true, "X-Gzip": true, "identity": true, "br": true, "Zstd": true, "deflate": true,
		"": false, "compress": false, "dcb": false, "dcz": false, "*": false, "gzip ": false, "brotli": false, "zlib": false,
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
			{"gzip ; Q=1.000"},
			{"*"},
			{"gzip, *;q=0"},
			{"gzip, *;q=0.5"},
			{"*;q=0.5, gzip"},
			{"gzip;q=1;x=y"},
			{"identity;q=0, gzip"},
			{"br;q=0, gzip"},
			{"zstd;q=x, gzip, compress, dcz"},
			{"gzip;q=0, x-gzip"},
			{"gzip;q=0.9999"},
		},
		"gzip;q=0.1":              {{"gzip;q=0.1"}, {"gzip;q=.1"}, {"gzip;q=0.10"}, {"gzip;q=0.1, gzip;q=0.9"}, {"*;q=0.1"}},
		"gzip;q=0.001":            {{"gzip;q=0.000001"}},
		"gzip, deflate, br, zstd": {{"gzip, deflate, br, zstd"}, {"gzip, deflate", "br, zstd"}, {"gzip, deflate, br, zstd, *;q=0.1"}, {"GZip,Deflate,BR,,ZSTD"}},
		"br, gzip":                {{"br", "gzip"}, {"br, *"}, {"br, identity;q=0, gzip, *;q=0"}, {"br, gzip, br"}},
		"gzip, br":                {{"*, br"}, {"gzip, br, *"}},
		"zstd, br;q=0.9, gzip;q=0.125": {
			{"zstd, br;q=0.9, gzip;q=0.125"},
			{"zstd;q=1.0, br; q=0.900, *;q=0.125, identity;q=0.5, compress"},
		},
		"br, zstd": {{"br, zstd"}, {"br, zstd, gzip;q=0, *"}, {"br, zstd, *;q=0"}},
		"deflate":  {{"deflate"}},
		"identity": {
			nil,
			{""},
			{"identity"},
			{"identity;q=0"},
			{"compress, dcb"},
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
			{"br;q=2, zstd;q=-0"},
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
	f.Add("br, zstd;q=0.999, *", "br")
	asked := regexp.MustCompile(`^(identity|(gzip|br|zstd|deflate)(;q=0\.\d{1,3})?(, (gzip|br|zstd|deflate)(;q=0\.\d{1,3})?){0,3})$`)
	f.Fuzz(func(t *testing.T, accept, encoding string) {
		got := coding.Accept([]string{accept})
		if !asked.MatchString(got) {
			t.Errorf("asks the upstream for %q", got)
		}
		if again := coding.Accept([]string{got}); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
		c, err := coding.Parse([]string{encoding})
		if (err == nil) != (c == coding.Identity || slices.Contains(codings, c)) {
			t.Errorf("%s, %v", c, err)
		}
	})
}
