package view

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// node is an element, or a run of text where it has no name, as the standard library reads it.
type node struct {
	name       string
	attributes [][2]string
	inner      []*node
	text       string // of a run, and of an element that is a string
	leaf       bool
	gone       bool
}

// readNodes reads a document slowly and from the definition of the view.
func readNodes(body []byte) (*node, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	top := &reading{}
	at := []*reading{top}
	for {
		from := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		last := at[len(at)-1]
		switch token := token.(type) {
		case xml.StartElement:
			last.endRun()
			n := &node{name: token.Name.Local}
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
					n.attributes = append(n.attributes, [2]string{a.Name.Local, a.Value})
				}
			}
			last.parts = append(last.parts, n)
			at = append(at, &reading{node: n})
		case xml.EndElement:
			last.finish()
			at = at[:len(at)-1]
		case xml.CharData:
			last.read(string(token), body[from:d.InputOffset()])
		case xml.Comment:
			last.space = ""
		case xml.ProcInst:
			last.endRun()
		default:
			return nil, errors.New("a directive")
		}
	}
	if len(top.parts) != 1 || len(at) != 1 {
		return nil, errors.New("not one element")
	}
	return top.parts[0], nil
}

// reading is an element that is being read.
type reading struct {
	*node
	parts  []*node
	all    string // its character data
	space  string // directly before what comes
	run    string
	inside bool // a run
}

func (r *reading) read(text string, written []byte) {
	r.all += text
	if !r.inside && len(bytes.Trim(written, " \t\r\n")) == 0 && len(written) > 0 {
		r.space = text
		return
	}
	r.run += r.space + text
	r.space, r.inside = "", true
}

func (r *reading) endRun() {
	if r.inside {
		r.parts = append(r.parts, &node{text: r.run})
	}
	r.run, r.space, r.inside = "", "", false
}

func (r *reading) finish() {
	r.endRun()
	r.leaf = len(r.attributes) == 0
	for _, n := range r.parts {
		r.leaf = r.leaf && n.name == ""
	}
	if r.leaf {
		r.text = r.all
	} else {
		r.inner = r.parts
	}
}

// view is the JSON that stands for an element.
func (n *node) view() string {
	if n.leaf || n.name == "" {
		return quoted(n.text)
	}
	var members []string
	for _, a := range n.attributes {
		members = append(members, quoted("@"+a[0])+":"+quoted(strings.NewReplacer("\n", " ", "\t", " ", "\r", " ").Replace(a[1])))
	}
	for _, m := range n.inner {
		name := m.name
		if name == "" {
			name = "#text"
		}
		members = append(members, quoted(name)+":"+m.view())
	}
	return "{" + strings.Join(members, ",") + "}"
}

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

// referenceRules are the rules that edit carries out.
var referenceRules = []rule{
	{path: "$..gone"},
	{path: "$..['@gone']"},
	{path: "$..none"},
	{path: "$..m"},
	{path: "$..['@m']"},
	{path: "$..m2['#text']"},
	{path: "$..k['#text']"},
	{path: "$..e"},
}

// referee is the Visitor of these rules.
type referee struct{ held []string }

func (r *referee) Visit(p jsonpath.Place) jsonpath.Verdict {
	switch p.Paths[0] {
	case 2:
		return jsonpath.Verdict{Do: jsonpath.Replace, Value: []byte("null")}
	case 3, 4, 5, 7:
		return jsonpath.Verdict{Do: jsonpath.Hold}
	default:
		return jsonpath.Verdict{}
	}
}

func (r *referee) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	if p.Paths[0] == 7 {
		r.held = append(r.held, string(value))
		return jsonpath.Verdict{Do: jsonpath.Descend}
	}
	if p.Kind != jsonpath.String {
		return jsonpath.Verdict{}
	}
	var text string
	_ = json.Unmarshal(value, &text)
	return jsonpath.Verdict{Do: jsonpath.Replace, Value: []byte(quoted(starred(text)))}
}

func (r *referee) Leave(jsonpath.Place) {}

// starred hides all but the last character.
func starred(text string) string {
	n := utf8.RuneCountInString(text)
	if n == 0 {
		return ""
	}
	_, size := utf8.DecodeLastRuneInString(text)
	return strings.Repeat("*", n-1) + text[len(text)-size:]
}

// edit carries out referenceRules, and gives the views of what is held.
func (n *node) edit(held *[]string) {
	switch n.name {
	case "gone":
		n.gone = true
		return
	case "none":
		*n = node{name: n.name, leaf: true}
		return
	case "m":
		n.gone = !n.leaf
		n.text = starred(n.text)
		return
	case "e":
		*held = append(*held, n.view())
	}
	var attributes [][2]string
	for _, a := range n.attributes {
		if a[0] == "m" {
			a[1] = starred(a[1])
		}
		if a[0] != "gone" {
			attributes = append(attributes, a)
		}
	}
	n.attributes = attributes
	for _, m := range n.inner {
		switch {
		case m.name != "":
			m.edit(held)
		case n.name == "m2":
			m.text = starred(m.text)
		case n.name == "k":
			m.gone = true
		}
	}
}

// write gives what two documents have to have in common whose white space may differ, and whose runs may be cut in other
// places.
func (n *node) write(out *strings.Builder) {
	plain := strings.NewReplacer("\n", "", "\t", "", "\r", "", " ", "")
	if n.gone {
		return
	}
	if n.name == "" {
		out.WriteString(plain.Replace(n.text))
		return
	}
	out.WriteString("<" + n.name)
	for _, a := range n.attributes {
		out.WriteString(" " + a[0] + "=" + quoted(plain.Replace(a[1])))
	}
	out.WriteString(">" + plain.Replace(n.text))
	for _, m := range n.inner {
		m.write(out)
	}
	out.WriteString("</>")
}

func (n *node) String() string {
	var out strings.Builder
	n.write(&out)
	return out.String()
}
