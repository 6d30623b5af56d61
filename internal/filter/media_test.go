package filter

import (
	"strings"
	"testing"
)

func TestMediaOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		lines []string
		want  Media
	}{
		{nil, JSON},
		{[]string{""}, JSON},
		{[]string{"application/json"}, JSON},
		{[]string{"text/json"}, JSON},
		{[]string{"APPLICATION/Problem+JSON ; Charset=UTF-8"}, JSON},
		{[]string{`application/vnd.api+json; charset="utf-8"; profile="a;b"`}, JSON},
		{[]string{"application/json;"}, JSON},
		{[]string{"application/json;; charset=us-ascii ;"}, JSON},
		{[]string{"application/json; charset=utf-16"}, Unreadable},
		{[]string{"application/json; charset=iso-8859-1"}, Unreadable},
		{[]string{"application/json; charset=utf-8; charset=utf-7"}, Unreadable},
		{[]string{`application/json; x="; charset=utf-7`}, Unreadable},
		{[]string{`application/json; x="a\"; charset=utf-7"`}, Unreadable},
		{[]string{`application/json; x="a"b; charset=utf-8`}, Unreadable},
		{[]string{"application/json; charset"}, Unreadable},
		{[]string{"application/json; charset="}, Unreadable},
		{[]string{"application/json; =utf-8"}, Unreadable},
		{[]string{"application/json, text/html"}, Unreadable},
		{[]string{"application/json", "application/json"}, Unreadable},
		{[]string{"json"}, Unreadable},
		{[]string{"image/json"}, Opaque},
		{[]string{"application/x-ndjson"}, Lines},
		{[]string{"application/jsonl"}, Lines},
		{[]string{"application/jsonl; charset=latin1"}, Unreadable},
		{[]string{"text/ndjson"}, Unreadable},
		{[]string{"application/json-seq"}, Sequence},
		{[]string{"application/geo+json-seq"}, Sequence},
		{[]string{"text/event-stream;charset=UTF-8"}, Events},
		{[]string{"application/event-stream"}, Unreadable},
		{[]string{"application/json-seq;charset=x"}, Unreadable},
		{[]string{"text/event-stream;charset=latin1"}, Unreadable},
		{[]string{"application/x-www-form-urlencoded"}, Form},
		{[]string{"application/X-WWW-form-urlencoded; charset=UTF-8"}, Form},
		{[]string{"application/x-www-form-urlencoded; charset=windows-1252"}, Unreadable},
		{[]string{"text/x-www-form-urlencoded"}, Unreadable},
		{[]string{"text/csv"}, Table},
		{[]string{"Text/CSV; header=absent; charset=utf-8"}, Table},
		{[]string{"text/csv; header=Present"}, Table},
		{[]string{"text/csv; header=maybe"}, Unreadable},
		{[]string{"text/csv; header=absent; header=present"}, Unreadable},
		{[]string{"text/csv; charset=utf-16"}, Unreadable},
		{[]string{"application/csv"}, Unreadable},
		{[]string{"text/tab-separated-values"}, Table},
		{[]string{"multipart/form-data; boundary=a"}, Multipart},
		{[]string{`Multipart/Form-Data; charset=utf-8; BOUNDARY="a b'()+_,-./:=?"`}, Multipart},
		{[]string{"multipart/form-data"}, Unreadable},
		{[]string{"multipart/form-data; boundary="}, Unreadable},
		{[]string{`multipart/form-data; boundary=""`}, Unreadable},
		{[]string{`multipart/form-data; boundary="a "`}, Unreadable},
		{[]string{"multipart/form-data; boundary=a*"}, Unreadable},
		{[]string{"multipart/form-data; boundary=a; boundary=a"}, Unreadable},
		{[]string{"multipart/form-data; boundary=a; charset=utf-16"}, Unreadable},
		{[]string{"multipart/form-data; boundary=" + strings.Repeat("a", 70)}, Multipart},
		{[]string{"multipart/form-data; boundary=" + strings.Repeat("a", 71)}, Unreadable},
		{[]string{"multipart/mixed; boundary=a"}, Unreadable},
		{[]string{"multipart/related; boundary=a"}, Unreadable},
		{[]string{"text/html"}, Markup},
		{[]string{"Text/HTML; charset=windows-1252"}, Markup},
		{[]string{"text/html", "text/html"}, Unreadable},
		{[]string{"application/xhtml+xml; charset=utf-8"}, XMLMarkup},
		{[]string{"text/xml"}, XMLData},
		{[]string{"application/xml;charset=utf-8"}, XMLData},
		{[]string{"text/css"}, Styles},
		{[]string{"application/JavaScript"}, Script},
		{[]string{"text/ecmascript; charset=utf-8"}, Script},
		{[]string{"application/rss+xml"}, XMLData},
		{[]string{"Application/SOAP+XML; charset=US-ASCII; action=x"}, XMLData},
		{[]string{"image/other+xml"}, XMLData},
		{[]string{"text/xml; charset=iso-8859-1"}, XMLCoded},
		{[]string{"application/atom+xml; charset=utf-16"}, XMLCoded},
		{[]string{"application/xml; charset"}, XMLCoded},
		{[]string{"text/xml", "text/xml"}, Unreadable},
		{[]string{"image/xml"}, Opaque},
		{[]string{"text/plain"}, Unreadable},
		{[]string{"application/octet-stream"}, Unreadable},
		{[]string{"image/png"}, Opaque},
		{[]string{"Image/AVIF"}, Opaque},
		{[]string{"image/svg+xml"}, XMLMarkup},
		{[]string{"image/SVG+XML; charset=utf-8"}, XMLMarkup},
		{[]string{"audio/mpeg"}, Opaque},
		{[]string{"video/mp4; codecs=\"avc1\""}, Opaque},
		{[]string{"font/woff2"}, Opaque},
		{[]string{"image/"}, Unreadable},
		{[]string{"/png"}, Unreadable},
		{[]string{"image/ png"}, Unreadable},
	}
	for _, test := range tests {
		if got := MediaOf(test.lines); got != test.want {
			t.Errorf("%q: got %d, want %d", test.lines, got, test.want)
		}
	}
}

func TestLooksOpaque(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("\x00", 400)
	tests := []struct {
		contentType, first string
		want               bool
	}{
		{"image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", true},
		{"IMAGE/jpeg; q=1", "\xff\xd8\xff\xe0\x00\x10JFIF", true},
		{"image/gif", "GIF89a\x01\x00\x01\x00", true},
		{"image/webp", "RIFF\x24\x00\x00\x00WEBPVP8 ", true},
		{"image/bmp", "BM\x36\x00\x00\x00\x00\x00\x00\x00\x36", true},
		{"image/x-icon", "\x00\x00\x01\x00\x01\x00", true},
		{"image/tiff", "II*\x00\x08\x00", true},
		{"image/avif", "\x00\x00\x00\x1cftypavif\x00", true},
		{"image/heic", "\x00\x00\x00\x1cftypheic\x00", true},
		{"image/jxl", "\xff\x0a\xfa\x1f", true},
		{"audio/mpeg", "ID3\x04\x00\x00", true},
		{"audio/mpeg", "\xff\xfb\x90\x64\x00", true},
		{"audio/aac", "\xff\xf1\x50\x80\x00", true},
		{"audio/flac", "fLaC\x00\x00\x00\x22", true},
		{"audio/wav", "RIFF\x24\x00\x00\x00WAVEfmt ", true},
		{"audio/mp4", "\x00\x00\x00\x1cftypM4A \x00", true},
		{"audio/ogg", "OggS\x00\x02", true},
		{"video/mp4", "\x00\x00\x00\x1cftypisom\x00", true},
		{"video/webm", "\x1aE\xdf\xa3\x9fB", true},
		{"video/mp2t", "G\x40\x11" + zeros[:185] + "G", true},
		{"font/woff2", "wOF2\x00\x01\x00\x00", true},
		{"font/ttf", "\x00\x01\x00\x00\x00\x10", true},
		{"font/otf", "OTTO\x00\x0c", true},
		{"application/vnd.ms-fontobject", strings.Repeat("\x00", 34) + "LP", false},

		{"image/png", `{"a":1}`, false},
		{"image/png", "<html>", false},
		{"image/png", "", false},
		{"image/png", zeros, false},
		{"image/png", "\xff\xfe{\x00\"\x00", false},
		{"image/gif", `GIF89a = {"contacts": ["anna"]}`, false},
		{"image/bmp", `BMW drivers: anna, bert`, false},
		{"image/bmp", "BM {\x01\"anna\"}", false},
		{"audio/mpeg", `ID3 {"contacts": []}`, false},
		{"audio/mpeg", "\xff\xfe{\x00\"\x00a\x00", false},
		{"audio/mpeg", "\xff\xff\xff\xff", false},
		{"audio/amr", "#!AMR\n{\"contacts\":[\"anna, bert and more\"]}", false},
		{"font/otf", `OTTO and other names of this list`, false},
		{"video/mp2t", "Good news" + strings.Repeat(" ", 179) + "G", false},
		{"image/svg+xml", "<svg>", false},
		{"image/png", "\x00\x00\x00\x1cftypisom\x00", false},
		{"video/mp4", "\x00\x00\x00\x1cftypavif\x00", false},
		{"image/png", "ID3\x04\x00\x00", false},
		{"video/mp4", "\xff\xd8\xff\xe0\x00", false},
		{"application/json", "\x89PNG\r\n\x1a\n", false},
		{"", "\x89PNG\r\n\x1a\n", false},
	}
	for _, test := range tests {
		if got := LooksOpaque(test.contentType, []byte(test.first)); got != test.want {
			t.Errorf("%s, %q: got %t, want %t", test.contentType, test.first, got, test.want)
		}
	}
}

func TestMediaOfAllocatesNothing(t *testing.T) {
	lines := []string{`application/vnd.api+json; profile="x"; charset=utf-8`}
	if n := testing.AllocsPerRun(100, func() { MediaOf(lines) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestGuessed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lines []string
		want  bool
	}{
		{nil, true},
		{[]string{""}, true},
		{[]string{"html"}, true},
		{[]string{"text/"}, true},
		{[]string{"*/*"}, true},
		{[]string{"application/unknown"}, true},
		{[]string{"unknown/unknown; x=y"}, true},
		{[]string{"text/html", "text/plain"}, true},
		{[]string{"text/html"}, false},
		{[]string{"text/plain"}, false},
		{[]string{"application/octet-stream"}, false},
	} {
		if got := Guessed(test.lines); got != test.want {
			t.Errorf("%q: %t", test.lines, got)
		}
	}
}

func TestCharsetOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"text/html": "", "text/html; charset=UTF-8": "utf-8", `text/html;charset="utf-16"`: "utf-16", "text/html; Charset = 'big5' ; x": "big5",
		"text/html; charset": "", "text/html; x=charset y; charset=koi8-r": "koi8-r", "text/html;charset=a;charset=b": "a",
	} {
		if got := CharsetOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
