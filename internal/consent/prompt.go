package consent

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// maxNamed is how many third parties the prompt names for one purpose; the pages name all.
const maxNamed = 5

// Where the way back is filled in. Letters and dashes come through every escaping of a template as they are.
const (
	backField = "privet-back-as-a-field"
	backQuery = "privet-back-in-a-query"
	backValue = "privet-back-in-a-document" // which is the value of an attribute
)

var backs = regexp.MustCompile(backField + "|" + backQuery + "|" + backValue)

// Prompt is what a page of the site gets at the start of its body: the question, while one is open, else the link to
// the preference page; and what stands in place of third parties' content. It is safe for concurrent use.
//
// It depends on all of a decision's facts about the visitor. Two decisions of one ID may have different prompts, as when
// one visitor refused what the other was not asked yet.
type Prompt struct {
	text    markup
	version string
	open    bool
	embeds  embeds
}

// markup is what is rendered once and put into pages that lead back to different places.
type markup struct {
	parts  [][]byte // the way back stands between any two
	fields []string // backField, backQuery or backValue, behind each part save the last
}

// NewPrompt renders the prompt for a decision on a visitor.
func NewPrompt(p *rules.Policy, d *rules.Decision) *Prompt {
	view := promptOf(p, d)
	var b bytes.Buffer
	if err := promptPage.Execute(&b, view); err != nil {
		b.Reset() // a page without a prompt lets nothing through that was not granted
	}
	text := ascii(b.String())
	out := &Prompt{text: markupOf(text), version: hash([]byte(text)), open: len(view.Open) > 0}
	out.embeds.policy, out.embeds.decision = p, d
	return out
}

func markupOf(text string) markup {
	var m markup
	last := 0
	for _, at := range backs.FindAllStringIndex(text, -1) {
		m.parts = append(m.parts, []byte(text[last:at[0]]))
		m.fields = append(m.fields, text[at[0]:at[1]])
		last = at[1]
	}
	m.parts = append(m.parts, []byte(text[last:]))
	return m
}

// Open says that something is asked.
func (p *Prompt) Open() bool { return p.open }

// Version is twelve digits and letters that change with what is rendered.
func (p *Prompt) Version() string { return p.version }

// AppendTo appends the markup, which leads back to a path of this site; to its root where back is none. It is ASCII and
// well-formed XML, so that it fits into a page of any encoding that a filter reads, and into XHTML.
func (p *Prompt) AppendTo(dst []byte, back string) []byte { return p.text.appendTo(dst, back) }

func (m *markup) appendTo(dst []byte, back string) []byte {
	if len(m.fields) == 0 {
		return append(dst, m.parts[0]...)
	}
	back = local(back)
	field, query := html.EscapeString(back), url.QueryEscape(back)
	for i, part := range m.parts {
		dst = append(dst, part...)
		if i == len(m.fields) {
			break
		}
		switch m.fields[i] {
		case backQuery:
			dst = append(dst, query...)
		case backValue:
			dst = append(dst, html.EscapeString(field)...)
		default:
			dst = append(dst, field...)
		}
	}
	return dst
}

// ascii writes every other character as a reference.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		}
	}
	return b.String()
}

// promptView is what the template of the prompt shows.
type promptView struct {
	Sheet    string
	Link     string // what the link to the preference page says
	Who      string
	Open     []asked
	Held     []asked
	Choosing []asked // what stands under "Choose"
	Action   string
	Pages    string // the folder of the other pages
	Field    string
	Query    string
}

// asked is one purpose of the question.
type asked struct {
	ID          string
	Title       string
	Description string
	Receivers   string
	Shown       bool
}

func promptOf(p *rules.Policy, d *rules.Decision) promptView {
	v := promptView{
		Sheet: promptSheet.path, Link: "Privacy choices", Action: Root + consentName, Pages: Root, Field: backField, Query: backQuery,
	}
	if d.Regime() == rules.OptOut {
		v.Link = "Your privacy choices"
	}
	v.Who = "This site"
	if all := controllersFor(p, d); len(all) > 0 {
		v.Who = all[0].Name
	}
	q := ask(p, d)
	for _, s := range q.open {
		v.Open = append(v.Open, askedOf(p, s))
	}
	for _, s := range q.held {
		v.Held = append(v.Held, askedOf(p, s))
	}
	v.Choosing = v.Open
	if p.Consent().Explicit {
		v.Choosing = append(slices.Clip(v.Choosing), v.Held...)
	}
	return v
}

func askedOf(p *rules.Policy, s stance) asked {
	purpose, _ := p.Purpose(s.id)
	a := asked{ID: s.id, Title: titled(purpose.Title, purpose.ID), Description: purpose.Description, Shown: s.shown}
	var names []string
	for _, r := range thirdParties(p, s.id) {
		names = append(names, r.Title)
	}
	if len(names) > maxNamed {
		a.Receivers = strconv.Itoa(len(names)) + " third parties"
	} else {
		a.Receivers = enumerate(names)
	}
	return a
}

// promptPage is parsed without the line ends and indents of its file.
//
//nolint:gochecknoglobals // parsed once, never written to
var promptPage = template.Must(template.New("prompt").Parse(flat(mustRead("prompt.html"))))

func flat(source string) string {
	var b strings.Builder
	for line := range strings.Lines(source) {
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String()
}
