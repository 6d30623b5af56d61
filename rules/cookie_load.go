package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// cookies reads `cookies:` and gathers the names that recipients own, as cookies and as click ids.
func (l *loader) cookies(n *node) {
	cookies, params := claims{}, claims{}
	for _, e := range l.entries(n, `"cookies"`) {
		if e.key.text == "unclassified" {
			l.policy.unclassified.At = e.key.at
			if l.word(e.value, "unclassified", "keep", "drop") == "drop" {
				l.policy.unclassified.Kind = Remove
			}
			continue
		}
		if !isNameGlob(e.key.text) {
			l.wrong(e.key.at, fmt.Sprintf("%s is no name of a cookie", quoted(e.key.text)), nameInstead)
			continue
		}
		if id := declared(l, e.value, "purpose", l.policy.purposes); id != "" {
			weight := saidOutright
			if e.key.builtIn {
				weight = saidByCatalog
			}
			cookies.add(e.key.text, weight, cookieRule{purpose: l.policy.purposes[id], at: e.key.at})
		}
	}
	for _, r := range l.policy.Recipients() {
		purpose := l.policy.purposes[r.Purpose]
		if purpose == nil {
			continue
		}
		for _, m := range r.Embed.Cookies {
			cookies.add(m.Name, m.weight(), cookieRule{purpose: purpose, recipient: r, at: m.At})
		}
		for _, m := range r.Embed.Params {
			params.add(m.Name, m.weight(), cookieRule{purpose: purpose, recipient: r, at: m.At})
		}
	}
	l.policy.cookies, l.policy.params = cookies.table(), params.table()
}

// weight is how much a statement about a name counts against others about the same name.
type weight uint8

const (
	saidByCatalog weight = iota
	saidByMark           // under a recipient's embed
	saidOutright         // under `cookies:`
)

func (m Mark) weight() weight {
	if m.builtIn {
		return saidByCatalog
	}
	return saidByMark
}

// claims gather what is said of each name: the weightiest statements stand, several of one weight together.
type claims map[string]*claim

type claim struct {
	weight weight
	rules  []cookieRule
}

func (c claims) add(name string, w weight, rule cookieRule) {
	old, known := c[name]
	switch {
	case !known || w > old.weight:
		c[name] = &claim{w, []cookieRule{rule}}
	case w == old.weight:
		old.rules = append(old.rules, rule)
	}
}

// table parts the policy's names from the catalogue's, and orders globs as they are tried.
func (c claims) table() nameTable {
	t := nameTable{policy: names{exact: map[string][]cookieRule{}}, catalog: names{exact: map[string][]cookieRule{}}}
	for name, claim := range c {
		side := &t.policy
		if claim.weight == saidByCatalog {
			side = &t.catalog
		}
		literal := strings.IndexByte(name, '*')
		if literal < 0 {
			side.exact[name] = claim.rules
			continue
		}
		side.globs = append(side.globs, nameGlob{glob: name, literal: literal, rules: claim.rules})
	}
	for _, side := range []*names{&t.policy, &t.catalog} {
		slices.SortFunc(side.globs, func(a, b nameGlob) int {
			if a.literal != b.literal {
				return b.literal - a.literal
			}
			return cmp.Compare(a.glob, b.glob)
		})
	}
	return t
}
