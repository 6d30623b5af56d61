package blocklist

import (
	"iter"
	"strings"
)

// Rule is one of a list that blocks requests, or an exception, in words that another engine can read.
type Rule struct {
	Pattern    string   // without anchors and without stars at its ends; in lower case but for MatchCase and Expression
	Anchors    Anchors  // where it must fit
	Expression bool     // the pattern is a regular expression, in Go's syntax and without its slashes
	Literals   []string // of an expression: texts in lower case all of which a URL must hold
	MatchCase  bool
	Exception  bool
	Important  bool
	Types      Type // any of these
	Party      Party
	// From, To and Deny are the values of domain, to and denyallow: "a.example|~b.example|c.*", or empty.
	From, To, Deny string
}

// Anchors are bits that say where a pattern must fit. HostAlone is "||HOST^", and the pattern is the host.
type Anchors uint8

// The anchors.
const (
	AtStart Anchors = 1 << iota
	AtLabel
	AtEnd
	HostAlone
)

// Party is bits that say of which party a request must be. Zero is any.
type Party uint8

// The parties.
const (
	OnlyThird Party = 1 << iota
	OnlyFirst
	SameHost
	OtherHost
)

// Usual is the types that a rule is for which names none.
const Usual = usual

// Rules gives the rules that block and the exceptions, in the order of their lines, without those that a badfilter rule
// takes away and without what concerns pages and windows alone.
func (l *List) Rules() iter.Seq[Rule] {
	bad := map[uint64]bool{}
	for i := range l.rules {
		if r := &l.rules[i]; r.flags&disabling != 0 {
			bad[l.identity(r)] = true
		}
	}
	return func(yield func(Rule) bool) {
		for i := range l.rules {
			r := &l.rules[i]
			if r.flags&(disabling|stripping) != 0 || r.types&usual == 0 || len(bad) > 0 && bad[l.identity(r)] {
				continue
			}
			if !yield(l.export(r)) {
				return
			}
		}
	}
}

func (l *List) export(r *rule) Rule {
	out := Rule{
		Pattern: string(l.pattern(r)), MatchCase: r.flags&matchCase != 0,
		Exception: r.flags&exception != 0, Important: r.flags&important != 0, Types: r.types & usual,
	}
	for _, bit := range []struct {
		flag    flags
		anchors Anchors
		party   Party
	}{
		{atStart, AtStart, 0},
		{atLabel, AtLabel, 0},
		{atEnd, AtEnd, 0},
		{hostOnly, HostAlone, 0},
		{onlyThird, 0, OnlyThird},
		{onlyFirst, 0, OnlyFirst},
		{sameHost, 0, SameHost},
		{otherHost, 0, OtherHost},
	} {
		if r.flags&bit.flag != 0 {
			out.Anchors, out.Party = out.Anchors|bit.anchors, out.Party|bit.party
		}
	}
	if r.extra == 0 {
		return out
	}
	x := &l.extras[r.extra-1]
	out.From, out.To, out.Deny = l.domainText(x.from), l.domainText(x.to), l.domainText(x.deny)
	if r.flags&isExpression != 0 {
		e := &l.expressions[x.expression-1]
		out.Expression, out.Literals = true, e.literals
		out.Pattern = out.Pattern[1 : len(out.Pattern)-1] // its slashes
	}
	return out
}

// domainText writes the value of an option.
func (l *List) domainText(n domainSet) string {
	var b strings.Builder
	for i, d := range l.domains[n.first:n.end] {
		if i > 0 {
			b.WriteByte('|')
		}
		if d.negated {
			b.WriteByte('~')
		}
		b.Write(l.piece(span{d.at, uint32(d.size)}))
		if d.entity {
			b.WriteString(".*")
		}
	}
	return b.String()
}
