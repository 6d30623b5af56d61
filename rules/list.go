package rules

import (
	"bytes"
	"crypto/sha256"
	"time"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// List is a list in Adblock syntax, or a hosts file, by which third parties are known that no recipient's marks name.
type List struct {
	ID      string        // short and of one list alone: letters, digits, "-" and "_"; what metrics and pages show
	Name    string        // the last part of File or URL, as reasons show it
	File    string        // beside the policy file that names it; "" where URL is given
	URL     string        // https, or http on a loopback address
	Purpose string        // what the parties that it names are contacted for
	Refresh time.Duration // how often URL is fetched; 0 for a file
	At      Position
}

// The times between two fetches of a list.
const (
	DefaultRefresh = 4 * 24 * time.Hour // what EasyList and EasyPrivacy say of themselves
	MinRefresh     = time.Hour
	MaxRefresh     = 30 * 24 * time.Hour
)

// MaxListText is the most that the text of a list may have, in bytes. Public lists have up to 5 MiB.
const MaxListText = 32 << 20

// Lists are the lists that the policy names, in the order of the files.
func (p *Policy) Lists() []List { return p.lists }

// ListText is what a list says, read. It is immutable: whoever reloads a policy may keep it and use it again.
type ListText struct {
	text   []byte
	list   *blocklist.List
	report ListReport
	digest [sha256.Size]byte
}

// ListReport is what became of the lines of a list.
type ListReport struct {
	Rules       int         // that act: those that block, exceptions, and those that remove parameters
	Hosts       int         // of these, hosts as a whole
	Unsupported []NotActing // in order of their first lines; never more than 200
}

// NotActing is an option or a piece of syntax that is not supported, for which rules of a list do not act.
type NotActing struct {
	Name  string `json:"name"` // as the list writes it; at most 40 bytes
	Rules int    `json:"rules"`
	Line  int    `json:"line"` // of the first such rule, counted from one
}

// ReadList reads a list's text: UTF-8, a rule a line. A line that cannot be read is a rule that does not act, and Report
// says so; the text as a whole never fails.
func ReadList(text []byte) *ListText {
	list, report := blocklist.ParseList(text)
	t := &ListText{text: text, list: list, digest: sha256.Sum256(text)}
	t.report = ListReport{Rules: report.Block + report.Exception + report.RemoveParam + report.Badfilter, Hosts: report.Hosts}
	for _, u := range report.Unsupported {
		t.report.Unsupported = append(t.report.Unsupported, NotActing{u.Name, u.Rules, u.Line})
	}
	return t
}

// Report is what became of its lines.
func (t *ListText) Report() ListReport { return t.report }

// WithLists is the policy with what its lists say, texts[i] being that of Lists()[i]. A text that is nil is not there:
// the parties that it would name are then nobody's that is known. Equal texts give equal decisions.
func (p *Policy) WithLists(texts []*ListText) *Policy {
	q := *p
	q.listed = compileLists(p.lists, texts)
	if len(q.listed) == 0 {
		return p
	}
	h := sha256.New()
	h.Write([]byte(p.digest))
	for _, t := range texts {
		if t == nil {
			h.Write([]byte("none"))
			continue
		}
		h.Write(t.digest[:])
	}
	q.digest = hexadecimal(h)
	q.decisions = cache[Facts, *Decision](decisionCache)
	return &q
}

// listing is the lists of one purpose: their exceptions hold among themselves.
type listing struct {
	purpose string
	engine  *blocklist.Engine
	lists   []*List // by their numbers in the engine
	texts   [][]byte
}

// Listed is what the lists of one purpose say together.
type Listed struct {
	Purpose string
	Text    []byte // a rule a line
}

// Listed are the texts of the lists, a purpose each, for whoever judges by them elsewhere as Decision.Reference does here.
func (p *Policy) Listed() []Listed {
	out := make([]Listed, 0, len(p.listed))
	for i := range p.listed {
		out = append(out, Listed{p.listed[i].purpose, bytes.Join(p.listed[i].texts, []byte("\n"))})
	}
	return out
}

func compileLists(lists []List, texts []*ListText) []listing {
	var out []listing
	parsed := map[string][]*blocklist.List{}
	for i := range lists {
		if i >= len(texts) || texts[i] == nil {
			continue
		}
		l := &lists[i]
		at := 0
		for at < len(out) && out[at].purpose != l.Purpose {
			at++
		}
		if at == len(out) {
			out = append(out, listing{purpose: l.Purpose})
		}
		out[at].lists = append(out[at].lists, l)
		out[at].texts = append(out[at].texts, texts[i].text)
		parsed[l.Purpose] = append(parsed[l.Purpose], texts[i].list)
	}
	for i := range out {
		out[i].engine = blocklist.NewLists(parsed[out[i].purpose])
	}
	return out
}
