package view

import (
	"bytes"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// What may be held is the same in the body and in the view, however the body comes.
func TestXMLLimits(t *testing.T) {
	t.Parallel()
	limits := jsonpath.Limits{Held: 200, Token: 100, Depth: 1}
	rules := []rule{{path: "$..gone", do: jsonpath.Remove}, {path: "$..x", do: jsonpath.Hold, with: "descend"}, {path: "$..m", do: jsonpath.Hold, with: `"*"`}}
	long := func(n int) string { return strings.Repeat("y", n) }
	deep := strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000)
	outcomes(t, rules, limits, map[string]struct{ body, want, fails string }{
		"long text":              {"<a>" + long(999) + "</a>", "<a>" + long(999) + "</a>", ""},
		"long run":               {"<a><b/>" + long(999) + "</a>", "<a><b/>" + long(999) + "</a>", ""},
		"long text removed":      {"<a><gone>" + long(999) + "</gone><b/></a>", "<a><b/></a>", ""},
		"long comment":           {"<a b=''><!--" + long(999) + "--></a>", "<a b=''><!--" + long(999) + "--></a>", ""},
		"long text held":         {"<a><m>" + long(180) + "</m></a>", "<a><m>*</m></a>", ""},
		"longer text held":       {"<a><m>" + long(199) + "</m></a>", "", "XML value too large to hold at byte 3"},
		"long text before":       {"<a>" + long(200) + "<b/></a>", "<a>" + long(200) + "<b/></a>", ""},
		"longer text before":     {"<a>" + long(201) + "<b/></a>", "", "XML value too large to hold at byte 204: an element behind more text than is held"},
		"comment held":           {"<a><x><b/><!--" + long(160) + "--></x><gone/></a>", "<a><x><b/><!--" + long(160) + "--></x></a>", ""},
		"longer comment held":    {"<a> <x><b/><!--" + long(190) + "--></x></a>", "", "XML value too large to hold at byte 4"},
		"longer comment in text": {"<a><m><!--" + long(190) + "--></m></a>", "", "XML value too large to hold at byte 3"},
		"held and cut off":       {"<a><x><b/><!--" + long(210), "", "XML value too large to hold at byte 3"},
		"held and broken":        {"<a><x><b/><!--" + long(210) + "--><", "", "XML value too large to hold at byte 3"},
		"broken before":          {"<a><x><b/>&<!--" + long(210) + "--><", "", "XML malformed at byte 10: a reference to what is not defined"},
		"white space":            {"<a><b/>" + strings.Repeat(" ", 100) + "<gone/></a>", "<a><b/></a>", ""},
		"more white space":       {"<a><b/>" + strings.Repeat(" ", 101) + "</a>", "", "XML value too large to hold at byte 7: white space"},
		"white space outside":    {strings.Repeat(" ", 999) + "<a/>" + strings.Repeat(" ", 999), strings.Repeat(" ", 999) + "<a/>" + strings.Repeat(" ", 999), ""},
		"tag":                    {"<a b='" + long(191) + "'/>", "<a b='" + long(191) + "'/>", ""},
		"longer tag":             {"<a b='" + long(192) + "'/>", "", "XML value too large to hold at byte 0: a tag"},
		"end tag":                {"<a></a" + strings.Repeat(" ", 101) + ">", "", "XML value too large to hold at byte 3: a tag"},
		"instruction":            {"<?" + long(101) + "?><a/>", "", "XML value too large to hold at byte 0: the target of a processing instruction"},
		"depth":                  {deep, deep, ""},
		"more depth":             {strings.Repeat("<a>", 1001), "", "XML nested too deeply at byte 3000"},
		"reference":              {"<a>&#" + strings.Repeat("0", 58) + "65;</a>", "<a>&#" + strings.Repeat("0", 58) + "65;</a>", ""},
		"longer reference":       {"<a>&#" + strings.Repeat("0", 61) + "65;</a>", "", "XML malformed at byte 3: a reference to what is not defined"},
		"endless reference":      {"<a b=''>&" + long(99), "", "XML malformed at byte 8: a reference to what is not defined"},
		"names":                  {strings.Repeat("<"+long(95)+">", 900), "", "XML value too large to hold at byte 16490: names of open elements"},
		"name":                   {"<a b='' " + long(96) + "=''/>", "", "XML value too large to hold at byte 8: a name"},
	})
	many := []byte("<a" + strings.Repeat(" xmlns:p", 1) + "='u'")
	for i := range maxBindings {
		many = append(many, " xmlns:p"+string(rune('a'+i%26))+string(rune('a'+i/26))+"='u'"...)
	}
	if _, err := feed(NewXML(jobOf(t, rules, jsonpath.Limits{})), append(many, "/>"...)); err == nil || !strings.HasSuffix(err.Error(), "namespaces in scope") {
		t.Errorf("too many namespaces: %v", err)
	}
	many = []byte("<a")
	for i := range maxAttributes + 1 {
		many = append(many, " "+strings.Repeat("b", 1+i/26)+string(rune('a'+i%26))+"=''"...)
	}
	if _, err := feed(NewXML(jobOf(t, rules, jsonpath.Limits{})), append(many, "/>"...)); err == nil || !strings.HasSuffix(err.Error(), "attributes") {
		t.Errorf("too many attributes: %v", err)
	}
}

// A document of any length passes through a little memory, and one that is edited all over, too.
func TestXMLStreams(t *testing.T) {
	job := jobOf(t, []rule{{path: "$.list.item.phone", do: jsonpath.Hold, with: `"*"`}, {path: "$.list.item", do: jsonpath.Hold, with: "descend"}}, jsonpath.Limits{})
	x := NewXML(job)
	piece := bytes.Repeat([]byte("<item a='1'>\n<phone type='x'>+49</phone><phone>1</phone>"+strings.Repeat("text ", 50)+"</item> "), 100)
	if _, err := x.Feed([]byte("<list>")); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		half := len(piece) / 2
		for _, part := range [][]byte{piece[:half], piece[half:]} {
			job.Visitor.(*rulebook).seen = nil
			if _, err := x.Feed(part); err != nil {
				t.Fatal(err)
			}
		}
	}
	if kept := cap(x.carry) + cap(x.spare) + cap(x.out) + cap(x.view) + markBytes*cap(x.marks); kept > 512<<10 {
		t.Errorf("%d bytes are kept", kept)
	}
	if _, err := x.Feed([]byte("</list>")); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Close(); err != nil {
		t.Error(err)
	}
}

// Text of any length passes where nothing selects it, and goes where it is removed.
func TestXMLStreamsText(t *testing.T) {
	x := NewXML(jobOf(t, []rule{{path: "$.a.gone", do: jsonpath.Remove}}, jsonpath.Limits{}))
	piece := bytes.Repeat([]byte("some text "), 3200)
	given, got := 0, 0
	give := func(part []byte) {
		out, err := x.Feed(part)
		if err != nil {
			t.Fatal(err)
		}
		given, got = given+len(part), got+len(out)
	}
	for _, name := range []string{"kept", "gone", "kept"} {
		give([]byte("<a><" + name + ">")[3*min(given, 1):])
		for range 1000 {
			give(piece)
		}
		give([]byte("</" + name + ">"))
		if kept := cap(x.carry) + cap(x.spare) + cap(x.out) + cap(x.view) + markBytes*cap(x.marks); kept > 8<<20 {
			t.Fatalf("%d bytes are kept", kept)
		}
	}
	give([]byte("</a>"))
	if _, err := x.Close(); err != nil || got != given-1000*len(piece)-len("<gone></gone>") {
		t.Errorf("%d of %d bytes came out, %v", got, given, err)
	}
}
