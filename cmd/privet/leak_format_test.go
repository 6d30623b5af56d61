package main

import (
	"strconv"
	"strings"
)

// marked is a body of one format with marks in it.
type marked struct{ media, text string }

// formatted are bodies of every format: one that is read, and some that are refused at a mark.
func formatted(in func(part string) string) []marked {
	document := func() string { return `{"secret":"` + in("secret") + `","phone":"` + in("phone") + `"}` }
	broken := func() string { return `{"secret":"` + in("broken document") + `",` + in("at the error") + `}` }
	part := func(name, content string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n"
	}
	return []marked{
		{"application/x-ndjson", document() + "\n" + document() + "\n"},
		{"application/x-ndjson", document() + "\n" + broken() + "\n"},
		{"application/json-seq", "\x1e" + document() + "\n"},
		{"application/json-seq", in("before a separator") + "\x1e{}\n"},
		{"text/event-stream", "id: " + in("event id") + "\ndata: " + document() + "\n\ndata: " + broken() + "\n\n"},
		{"text/event-stream", "data: \"" + strings.Repeat(in("event over the limit"), 200_000) + "\"\n\n"},
		{"text/javascript", "cb(" + document() + ");"},
		{"text/javascript", "var a = '" + in("script") + "';"},
		{"application/x-www-form-urlencoded", "secret=" + in("form") + "&phone=" + in("form phone")},
		{"application/x-www-form-urlencoded", "secret=" + in("form") + ";" + in("behind a semicolon")},
		{"application/x-www-form-urlencoded", in("form name") + "=%" + in("broken escape")},
		{"text/csv", "secret,phone\n" + in("cell") + "," + in("phone cell") + "\n"},
		{"text/csv", "secret\n" + in("cell") + "," + in("cell too many") + "\n"},
		{"text/csv", in("header") + ",\"" + in("open quote")},
		{"text/tab-separated-values", "secret;" + in("semicolons") + "\n"},
		{"multipart/form-data; boundary=b", part("secret", in("part")) + part(in("part name"), in("other part")) + "--b--\r\n"},
		{"multipart/form-data; boundary=b", part("secret", in("part")) + "--b\r\n" + in("broken header") + "\r\n\r\n"},
		{"multipart/form-data; boundary=" + in("boundary"), in("preamble")},
		{"application/xml", "<r " + `a="` + in("attribute") + `"` + "><secret>" + in("element") + "</secret></r>"},
		{"application/xml", "<r><secret>" + in("element") + "</" + "x" + in("end tag") + "></r>"},
		{"application/xml", "<!DOCTYPE r [<!ENTITY e \"" + in("entity") + "\">]><r>&e;</r>"},
		{"text/html", "<script type=\"application/json\">" + document() + "</script><script type=\"application/ld+json\">" + broken() + "</script>"},
		{"application/grpc+proto", "\x00\x00\x00\x00\x10" + in("message")},
	}
}

// formatOf gives the body that a kind of response stands for.
func formatOf(kind string, in func(part string) string) (marked, bool) {
	number, ok := strings.CutPrefix(kind, "format-")
	if !ok {
		return marked{}, false
	}
	n, err := strconv.Atoi(number)
	all := formatted(in)
	if err != nil || n >= len(all) {
		return marked{}, false
	}
	return all[n], true
}

// formatKinds are the kinds of responses that formatOf knows.
func formatKinds() (kinds []string) {
	for n := range formatted(func(string) string { return "" }) {
		kinds = append(kinds, "format-"+strconv.Itoa(n))
	}
	return kinds
}
