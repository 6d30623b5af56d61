package blocklist

import (
	"bytes"
	"slices"
)

// List is one list's network rules, compact: every text lies in one piece of memory and rules hold offsets into it. It is
// immutable once parsed, save for regular expressions, which are compiled when first needed. Its zero value has no rule.
type List struct {
	text        []byte // patterns, domains and parameters, without what says nothing
	rules       []rule
	extras      []extra
	domains     []domain
	expressions []expression
}

// rule is a pattern and the options that most rules have. What fewer have is an extra.
type rule struct {
	at    uint32 // of the pattern in the list's text
	line  uint32
	extra uint32 // its number, counted from one
	size  uint16
	types Type
	flags flags
}

type flags uint16

const (
	exception flags = 1 << iota
	important
	matchCase
	atStart  // "|" in front
	atLabel  // "||" in front
	atEnd    // "|" behind
	hostOnly // "||host^": the pattern is the host alone
	isExpression
	onlyThird
	onlyFirst
	sameHost  // strict1p
	otherHost // strict3p
	stripping // removeparam
	disabling // badfilter
)

// extra is what few rules have.
type extra struct {
	from, to, deny domainSet
	param          parameter
	expression     uint32 // the pattern's number, counted from one
	redirect       uint32 // a digest of where to, by which badfilter tells rules apart
}

// span is a piece of the list's text.
type span struct{ at, size uint32 }

func (l *List) pattern(r *rule) []byte { return l.text[r.at : r.at+uint32(r.size)] }

func (l *List) piece(s span) []byte { return l.text[s.at : s.at+s.size] }

// keep stores a text and says where.
func (l *List) keep(text string) span {
	at := len(l.text)
	l.text = append(l.text, text...)
	return span{uint32(at), uint32(len(text))}
}

// Report is what became of the lines of a list.
type Report struct {
	Block       int // rules that block, Hosts among them
	Hosts       int // names of hosts files and lines that are a host alone
	Exception   int // rules that undo blocking
	RemoveParam int // rules that remove parameters of a query, and those that undo it
	Badfilter   int // rules that take other rules away
	Cosmetic    int // rules about elements, styles and scripts of a page, or about its text: not for a network
	Conditional int // lines that a "!#if" leaves out
	Comments    int
	Unsupported []Unsupported // in order of their first lines
}

// Unsupported is an option, or a piece of syntax, for which rules do not act. A rule is counted at the first such thing.
type Unsupported struct {
	Name  string // at most maxName bytes
	Rules int
	Line  int // of the first such rule, counted from one
}

const (
	maxLine        = 1 << 20 // bytes; the longest rules of public lists have some ten thousand
	maxPattern     = 1<<16 - 1
	maxText        = 1 << 30
	maxName        = 40
	maxUnsupported = 200 // names; what is above is counted as the last of them
)

// refuse counts a rule that does not act.
func (r *Report) refuse(name string, line int) {
	name = name[:min(len(name), maxName)]
	i := slices.IndexFunc(r.Unsupported, func(u Unsupported) bool { return u.Name == name })
	if i < 0 && len(r.Unsupported) >= maxUnsupported {
		i = maxUnsupported - 1
	}
	if i < 0 {
		r.Unsupported = append(r.Unsupported, Unsupported{Name: name, Rules: 1, Line: line})
		return
	}
	r.Unsupported[i].Rules++
}

// ParseList reads a list in Adblock syntax or a hosts file, UTF-8, a rule a line. It never fails as a whole: a line that
// cannot be read is a rule that does not act, and Report says so. The text is not kept.
func ParseList(text []byte) (*List, Report) {
	p := parser{list: &List{}}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	for number := 1; len(text) > 0; number++ {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte{'\n'})
		p.number = number
		if len(line) > maxLine || len(p.list.text)+len(line) > maxText {
			p.report.refuse("length", number)
			continue
		}
		p.line(string(bytes.TrimSpace(line)))
	}
	l := p.list
	l.text, l.rules, l.extras, l.domains = slices.Clip(l.text), slices.Clip(l.rules), slices.Clip(l.extras), slices.Clip(l.domains)
	return l, p.report
}
