package view

import (
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// kindsOf stands in for the media types of package filter.
func kindsOf(contentType string) (PartKind, func(Job) Filter) {
	switch contentType {
	case "text/plain":
		return PartText, nil
	case "application/json":
		return PartJSON, nil
	case "text/csv":
		return PartDocuments, func(job Job) Filter { return NewTable(job, Columns{}) }
	case "application/x-ndjson":
		return PartDocuments, func(job Job) Filter { return NewLines(job) }
	case "image/png", "text/html":
		return PartOpaque, nil
	default:
		return PartRefused, nil
	}
}

// lines joins what stands between line ends.
func lines(text ...string) string { return strings.Join(text, "\r\n") }

// field is a part of the boundary "b", without a line end.
func field(disposition, content string) string {
	return lines("--b", "Content-Disposition: form-data; "+disposition, "", content)
}

// file is a part with a type.
func file(name, contentType, content string) string {
	return field(`name="`+name+`"; filename="f"`+"\r\nContent-Type: "+contentType, content)
}

const end = "--b--\r\n"

func TestMultipart(t *testing.T) {
	t.Parallel()
	rules := []rule{
		{path: "$.phone", do: jsonpath.Remove},
		{path: "$.mail", do: jsonpath.Hold, with: `"x\ny"`},
		{path: "$.n", do: jsonpath.Replace, with: "1.50"},
		{path: "$.none", do: jsonpath.Replace, with: "null"},
		{path: `$['a"\r\nb']`, do: jsonpath.Remove},
		{path: "$.order.name", do: jsonpath.Hold, with: `"y"`},
		{path: "$..deep", do: jsonpath.Hold, with: "descend"},
		{path: "$[*].cell", do: jsonpath.Remove},
		{path: "$.cut", do: jsonpath.Replace, with: `"\r\n--b--"`},
	}
	long := strings.Repeat("long text ", 50)
	doc := "{\"name\": \"x\", \"phone\": 1,\r\n \"deep\": {\"deep\": 2, \"phone\": 3}, \"mail\": \"z\"}"
	changed := "{\"name\": \"y\",\r\n \"deep\": {\"deep\": 2, \"phone\": 3}, \"mail\": \"x\\ny\"}"
	other := "{\"name\": \"x\",\r\n \"deep\": {\"deep\": 2, \"phone\": 3}, \"mail\": \"x\\ny\"}"
	a, b := field(`name="a"`, "1"), field(`name=b`, "")
	const sums = "\r\nContent-MD5: x\r\nContent-Length: 3\r\nX: 1"
	try(t, map[string]trial{
		"untouched":         {lines(a, b, end), lines(a, b, end), ""},
		"nothing":           {"--b--", "--b--", ""},
		"around":            {lines("preamble", "--c", a+"\r\n--b \t", field(`name="c"`, "2")[5:], "--b--  ", "epilogue\r\n--b\r\n"), lines(a, field(`name="c"`, "2"), end), ""},
		"removed":           {lines(field(`name="phone"; filename="a\b"`, "1"), a, field("NAME=\"phone\"", "2"), end), lines(a, end), ""},
		"all removed":       {lines(field(`name="phone"`, "1"), end), end, ""},
		"replaced":          {lines(field(`name="mail"`+sums, long[:90]), field(`name="none"`, "x"), field(`name="n"`, "x"), end), lines(field(`name="mail"`+"\r\nX: 1", "x\ny"), field(`name="none"`, ""), field(`name="n"`, "1.50"), end), ""},
		"kept sums":         {lines(field(`name="a"`+sums, long), end), lines(field(`name="a"`+sums, long), end), ""},
		"browser's name":    {lines(field(`name="a%22%0d%0Ab"`, "1"), field(`name="a%20b"`, "1"), end), lines(field(`name="a%20b"`, "1"), end), ""},
		"near delimiters":   {lines(field(`name="a"`, "\r\n--\r\n-b\r\r\n\n--c\r\n--"), end), lines(field(`name="a"`, "\r\n--\r\n-b\r\r\n\n--c\r\n--"), end), ""},
		"document":          {lines(file("order", "application/json"+sums, doc), file("x", "application/json", doc), end), lines(file("order", "application/json\r\nX: 1", changed), file("x", "application/json", other), end), ""},
		"document, mark":    {lines(file("order", "application/json", "\xEF\xBB\xBF "+doc), end), lines(file("order", "application/json", "\xEF\xBB\xBF "+changed), end), ""},
		"document removed":  {lines(file("phone", "application/json", doc), a, end), lines(a, end), ""},
		"document replaced": {lines(file("none", "application/json", doc), file("mail", "application/json", `"z"`), file("mail", "application/json", ` 12 `), end), lines(file("none", "application/json", "null"), file("mail", "application/json", `"x\ny"`), file("mail", "application/json", `"x\ny"`), end), ""},
		"numbers":           {lines(file("x", "application/json", "12"), file("x", "application/json", "-1 \n"), end), lines(file("x", "application/json", "12"), file("x", "application/json", "-1 \n"), end), ""},
		"undeclared":        {lines(file("order", "image/png", " \n"+doc), file("x", "text/plain", doc), field(`name="y"`, doc), end), lines(file("order", "image/png", " \n"+changed), file("x", "text/plain", other), field(`name="y"`, doc), end), ""},
		"lines":             {lines(file("x", "application/x-ndjson", "{\"phone\":1}\r\n{\"a\":1}"), end), lines(file("x", "application/x-ndjson", "{}\r\n{\"a\":1}"), end), ""},
		"table":             {lines(file("x", "text/csv", "a,cell\r\n1,2"), file("x", "text/csv", ""), end), lines(file("x", "text/csv", "a,cell\r\n1,"), file("x", "text/csv", ""), end), ""},
		"table removed":     {lines(file("phone", "text/csv", "a,cell\r\n1,2"), end), end, ""},
		"picture":           {lines(file("x", "image/png", "\x89PNG\r\n\x00\xff"+long), file("x", "text/html", "<a>"), end), lines(file("x", "image/png", "\x89PNG\r\n\x00\xff"+long), file("x", "text/html", "<a>"), end), ""},
		"picture, labelled": {lines(file("phone", "image/png", long), file("n", "image/png", long), file("mail", "image/png", "\x00"), end), lines(file("n", "image/png", "1.50"), file("mail", "image/png", "x\ny"), end), ""},
		"empty files":       {lines(file("x", "image/png", ""), file("x", "text/plain", ""), end), lines(file("x", "image/png", ""), file("x", "text/plain", ""), end), ""},

		"no end":           {lines(a, ""), "", "multipart truncated at byte 52"},
		"in a head":        {"--b\r\nContent-", "", "multipart truncated at byte 13"},
		"nothing of it":    {"a=1", "", "multipart truncated at byte 3"},
		"only LF":          {strings.ReplaceAll(lines(a, end), "\r", ""), "", "multipart malformed at byte 3: something behind the boundary"},
		"LF, delimiter":    {lines(a, "x\n--b", "", end), "", "multipart malformed at byte 53: a delimiter that no CRLF precedes"},
		"at once":          {lines("--b", `Content-Disposition: form-data; name="a"`, "", "--b", ""), "", "multipart malformed at byte 49: a delimiter that no CRLF precedes"},
		"longer boundary":  {lines(a, "--bc", ""), "", "multipart malformed at byte 55: something behind the boundary"},
		"behind the close": {lines(a, "--b--c"), "", "multipart malformed at byte 57: something behind the boundary"},
		"padded close":     {lines(a, "--b --"), "", "multipart malformed at byte 56: something behind the boundary"},
		"long head":        {field(`name="a"`+"\r\nX: "+strings.Repeat("x", 9000), "1"), "", "multipart value too large to hold at byte 5: the header of a part"},
		"long head, cut":   {"--b\r\n" + strings.Repeat("x", 9000), "", "multipart value too large to hold at byte 5: the header of a part"},
		"long value":       {lines(field(`name="mail"`, long), end), "", "multipart value too large to hold at byte 5"},
		"long name":        {lines(field(`name="`+strings.Repeat("x", 7000)+`"`, "1"), end), lines(field(`name="`+strings.Repeat("x", 7000)+`"`, "1"), end), ""},
		"not UTF-8":        {lines(a, field(`name="c"`, "x\xff"), end), "", "multipart not UTF-8 at byte 57"},
		"broken document":  {lines(file("x", "application/json", `{"a":1`), end), "", "multipart JSON truncated at byte 101"},
		"two documents":    {lines(file("x", "application/json", `1,"phone":2`), end), "", "multipart JSON malformed at byte 96"},
		"no document":      {lines(file("x", "application/json", " "), end), "", "multipart JSON truncated at byte 96"},
		"braces":           {lines(file("x", "image/png", "{x"), end), "", "multipart JSON malformed at byte 89"},
		"broken table":     {lines(file("x", "text/csv", "a,\"b"), end), "", "multipart CSV truncated at byte 91"},
		"unknown type":     {lines(file("x", "x", "a"), end), "", "multipart malformed at byte 5: a part whose type or character set cannot be read"},
		"made delimiter":   {lines(field(`name="cut"`, "x"), end), "", "multipart malformed at byte 51: an edit makes a delimiter"},
		"after the end":    {lines(a, "--b--", "{\"a\":}"), lines(a, end), ""},
	}, func() Filter { return NewMultipart(jobOf(t, rules, jsonpath.Limits{Held: 200}), "b", kindsOf) })
}

func TestNamesOfParts(t *testing.T) {
	t.Parallel()
	for head, fault := range map[string]string{
		`Content-Disposition: form-data; name="a"`:                                      "",
		`CONTENT-disposition: Form-Data;name=a ; x=y;`:                                  "",
		`Content-Disposition: form-data; name="a"; filename="C:\x"; filename*=UTF-8''x`: "",
		"Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: 8BIT": "",
		`Content-Disposition: form-data; name="ä"`:                                      "",

		"":                               "no disposition",
		"X: y":                           "no disposition",
		`Content-Disposition: form-data`: "no name",
		`Content-Disposition: form-data; filename="a"`:                                              "no name",
		`Content-Disposition: attachment; name="a"`:                                                 "a disposition other than form-data",
		`Content-Disposition: form-data; name="a"; name="b"`:                                        "a parameter twice",
		`Content-Disposition: form-data; name="a"; Name="a"`:                                        "a parameter twice",
		`Content-Disposition: form-data; name="a"; x=1; x=1`:                                        "a parameter twice",
		`Content-Disposition: form-data; name*=UTF-8''a`:                                            "a name in extended notation",
		`Content-Disposition: form-data; name*0="a"`:                                                "a name in extended notation",
		`Content-Disposition: form-data; name="a\b"`:                                                "a backslash in the name",
		`Content-Disposition: form-data; name="a\"; x="`:                                            "a backslash before a quote, which only some take for an escape",
		`Content-Disposition: form-data; name=a; filename="b\"`:                                     "a backslash before a quote, which only some take for an escape",
		`Content-Disposition: form-data; name="=?utf-8?q?a?="`:                                      "an encoded word in the name",
		`Content-Disposition: form-data; name="a`:                                                   "a broken parameter",
		`Content-Disposition: form-data; name="a"b`:                                                 "a broken parameter",
		`Content-Disposition: form-data; name= "a"`:                                                 "a broken parameter",
		`Content-Disposition: form-data; name ="a"`:                                                 "a broken parameter",
		`Content-Disposition: form-data; name=a b`:                                                  "a broken parameter",
		`Content-Disposition: form-data; name=`:                                                     "a broken parameter",
		`Content-Disposition: form-data; name`:                                                      "a broken parameter",
		`Content-Disposition: form-data; name="_Charset_"`:                                          "a field that sets the character set",
		"Content-Disposition: form-data; name=\"a\"\r\n x=y":                                        "a header line that has no name, or is folded",
		"Content-Disposition : form-data; name=\"a\"":                                               "a header line that has no name, or is folded",
		"Content-Disposition: form-data; name=\"a\"\nX: y":                                          "a control byte or broken text in a header",
		"Content-Disposition: form-data; name=\"a\r\"":                                              "a control byte or broken text in a header",
		"Content-Disposition: form-data; name=\"a\x00\"":                                            "a control byte or broken text in a header",
		"Content-Disposition: form-data; name=\"\xff\"":                                             "a control byte or broken text in a header",
		"Content-Disposition: form-data; name=\"a\"\r\nCONTENT-DISPOSITION: form-data; name=\"a\"":  "two dispositions",
		"Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\ncontent-type: x": "two types, or an empty one",
		"Content-Disposition: form-data; name=\"a\"\r\nContent-Type: ":                              "two types, or an empty one",
		"Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64":           "a transfer encoding",
		"Content-Disposition: form-data; name=\"a\"\r\nContent-Encoding: gzip":                      "a content coding",
	} {
		if head != "" {
			head += "\r\n"
		}
		if _, got, _ := readHead([]byte(head)); got != fault {
			t.Errorf("%q: %q, want %q", head, got, fault)
		}
	}
}

func TestWholeMultipart(t *testing.T) {
	t.Parallel()
	form := lines(field(`name="a"`, "1"), file("b", "image/png", "x"), field(`name="c"`, "2"), end)
	doc := lines(field(`name="a"`, "1"), file("b", "application/json", `{"a":1}`), end)
	for name, c := range map[string]struct {
		rules []rule
		trial
	}{
		"removed":             {[]rule{{path: "$", do: jsonpath.Remove}}, trial{form, end, ""}},
		"removed, documents":  {[]rule{{path: "$", do: jsonpath.Remove}}, trial{doc, end, ""}},
		"held":                {[]rule{{path: "$", do: jsonpath.Hold, with: "descend"}, {path: "$.b", do: jsonpath.Remove}, {path: "$.c", do: jsonpath.Replace, with: "3"}}, trial{form, lines(field(`name="a"`, "1"), field(`name="c"`, "3"), end), ""}},
		"held, removed":       {[]rule{{path: "$", do: jsonpath.Hold}}, trial{form, end, ""}},
		"held, too large":     {[]rule{{path: "$", do: jsonpath.Hold}}, trial{lines(file("b", "image/png", strings.Repeat("x", 500)), end), "", "multipart value too large to hold at byte 0"}},
		"held, documents":     {[]rule{{path: "$", do: jsonpath.Hold}}, trial{doc, "", "multipart malformed at byte 57: a part that is JSON where the whole form must be seen first"}},
		"each member":         {[]rule{{path: "$.*", do: jsonpath.Hold, with: "descend"}}, trial{doc, doc, ""}},
		"everything":          {[]rule{{path: "$..*", do: jsonpath.Remove}}, trial{doc, end, ""}},
		"from the end":        {[]rule{{path: "$.b[-1]", do: jsonpath.Remove}}, trial{strings.Replace(doc, `{"a":1}`, `[1, 2]`, 1), strings.Replace(doc, `{"a":1}`, `[1]`, 1), ""}},
		"root of a document":  {[]rule{{path: "$[-1]", do: jsonpath.Remove}}, trial{strings.Replace(doc, `{"a":1}`, `[1, 2]`, 1), strings.Replace(doc, `{"a":1}`, `[1]`, 1), ""}},
		"once in two reading": {[]rule{{path: "$..a", do: jsonpath.Hold, with: `"once"`}}, trial{doc, strings.NewReplacer("\r\n1\r\n", "\r\nonce\r\n", `{"a":1}`, `{"a":"once"}`).Replace(doc), ""}},
	} {
		try(t, map[string]trial{name: c.trial}, func() Filter { return NewMultipart(jobOf(t, c.rules, jsonpath.Limits{Held: 300}), "b", kindsOf) })
	}
}
