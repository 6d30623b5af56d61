package rules

import (
	"fmt"
	"strings"

	"github.com/privet-gateway/privet/rules/catalog"
)

// lastVendor bounds the ids of the IAB Global Vendor List, which are 16 bits in a TC string.
const lastVendor = 65535

func (l *loader) recipients(n *node) {
	l.policy.recipients = map[string]*Recipient{}
	for _, e := range l.entries(n, `"recipients"`) {
		if l.id(e.key, "recipient") {
			l.policy.recipients[e.key.text] = l.recipient(e)
		}
	}
}

func (l *loader) recipient(e entry) *Recipient {
	f := l.shaped(e.value, "recipient")
	r := &Recipient{ID: e.key.text, Title: e.key.text, At: e.key.at, Declared: !e.key.builtIn}
	if title := l.text(f.value("title"), "title"); title != "" {
		r.Title = title
	}
	l.missing(f, "country", Problem{At: r.At, What: fmt.Sprintf("recipient %s has no country", quoted(r.ID)), Instead: "write country: and its ISO 3166-1 code, such as IE"})
	r.Country = l.country(f.value("country"))
	r.Role = l.word(f.value("role"), "role", "controller", "joint_controller", "processor", "third_party")
	if purpose := f.value("purpose"); purpose != nil {
		r.Purpose = declared(l, purpose, "purpose", l.policy.purposes)
	}
	for _, item := range l.items(f.value("safeguards"), "safeguards") {
		if s, ok := l.safeguard(item, r); ok {
			r.Safeguards = append(r.Safeguards, s)
		}
	}
	r.OnMissing = l.policy.transfers.OnMissing
	if missing := f.value("on_missing"); missing != nil {
		r.OnMissing = l.onMissing(missing)
	}
	r.TCFVendor = l.integer(f.value("tcf_vendor"), "tcf_vendor", interval{1, lastVendor})
	if embed := f.value("embed"); embed != nil {
		r.Embed = l.embed(embed)
		if f.value("purpose") == nil {
			l.wrong(f.keyAt("embed"), fmt.Sprintf("recipient %s is embedded in pages and has no purpose", quoted(r.ID)), "write purpose: and what it is embedded for")
		}
	}
	return r
}

// country reads an ISO 3166-1 code.
func (l *loader) country(n *node) string {
	text := l.text(n, "country")
	if text == "" {
		return ""
	}
	code, ok := catalog.Country(text)
	if !ok || strings.Contains(code, "-") {
		l.wrong(n.at, fmt.Sprintf("%s is no country", quoted(text)), "write an ISO 3166-1 code of two letters, such as IE")
		return ""
	}
	return code
}

func (l *loader) onMissing(n *node) OnMissing {
	switch l.word(n, "on_missing", Block.String(), Redact.String(), Report.String()) {
	case "redact":
		return Redact
	case "report":
		return Report
	default:
		return Block
	}
}

func (l *loader) embed(n *node) Embed {
	f := l.shaped(n, "embed")
	return Embed{
		Hosts:   l.marks(f.value("hosts"), "hosts", isHostMark),
		Cookies: l.marks(f.value("cookies"), "cookies", isNameMark),
		Params:  l.marks(f.value("params"), "params", isNameMark),
	}
}

// mark is how one kind of mark is written.
type mark struct {
	is      func(text string) bool
	instead string
}

//nolint:gochecknoglobals // tables, never written to
var (
	isHostMark = mark{isHost, "write a host such as cdn.example.com or *.example.com, without scheme, port and path"}
	isNameMark = mark{isNameGlob, "write a name, in which * stands for any characters, and not * alone"}
)

func (l *loader) marks(n *node, what string, kind mark) []Mark {
	var marks []Mark
	for _, item := range l.items(n, what) {
		text := l.text(item, "a mark under "+what)
		if text == "" {
			continue
		}
		if !kind.is(text) {
			l.wrong(item.at, fmt.Sprintf("%s is no mark under %s", quoted(text), what), kind.instead)
			continue
		}
		marks = append(marks, Mark{Name: text, At: item.at, builtIn: item.builtIn})
	}
	return marks
}

// isHost allows names, dots and stars. A star alone would own every host.
func isHost(text string) bool {
	for i := range len(text) {
		c := text[i] | 0x20
		if (c < 'a' || c > 'z') && (text[i] < '0' || text[i] > '9') && strings.IndexByte("-_.*", text[i]) < 0 {
			return false
		}
	}
	return strings.Trim(text, "*.") != "" && strings.Contains(text, ".") &&
		!strings.HasPrefix(text, ".") && !strings.HasSuffix(text, ".") && !strings.Contains(text, "..")
}

// isNameGlob allows what a cookie's name may hold (RFC 6265 4.1.1).
func isNameGlob(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("=;,", c) >= 0 {
			return false
		}
	}
	return strings.Trim(text, "*") != ""
}
