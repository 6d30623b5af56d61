package rules

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/privet-gateway/privet/rules/catalog"
)

// cookieRule is one name or glob of `cookies:` or of a recipient's embed.
type cookieRule struct {
	purpose   *Purpose
	recipient *Recipient // nil for `cookies:`
	at        Position
}

// nameTable finds the rules of a name: the policy beats the catalogue, and in each of them exact beats the longest
// literal prefix of a glob. Several recipients may own one name; all of them are kept.
type nameTable struct {
	policy, catalog names
}

// names are those that one side speaks of.
type names struct {
	exact map[string][]cookieRule
	globs []nameGlob // longest literal prefix first
}

type nameGlob struct {
	glob    string
	literal int // length of what stands before the first star
	rules   []cookieRule
}

func (t *nameTable) find(name string) []cookieRule {
	if rules := t.policy.find(name); rules != nil {
		return rules
	}
	return t.catalog.find(name)
}

func (n *names) find(name string) []cookieRule {
	if rules, ok := n.exact[name]; ok {
		return rules
	}
	for i := range n.globs {
		g := &n.globs[i]
		if strings.HasPrefix(name, g.glob[:g.literal]) && globMatch(g.glob, name) { // nearly all differ in the first bytes
			return g.rules
		}
	}
	return nil
}

// cookieRules finds a cookie's rules by its name or, where nothing speaks of that, by what stands behind a prefix that
// only tells the browser how to keep it (RFC 6265bis 4.1.3).
func (t *nameTable) cookieRules(name string) []cookieRule {
	if rules := t.find(name); rules != nil {
		return rules
	}
	for _, prefix := range cookiePrefixes {
		if len(name) > len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			if rules := t.find(name[len(prefix):]); rules != nil {
				return rules
			}
		}
	}
	return nil
}

// cookiePrefixes only tell the browser how to keep a cookie, longest first.
//
//nolint:gochecknoglobals // a table, never written to
var cookiePrefixes = [...]string{"__Host-Http-", "__Host-", "__Http-", "__Secure-"}

// withoutPrefix is what stands behind the longest prefix of a cookie's name.
func withoutPrefix(name string) string {
	for _, prefix := range cookiePrefixes {
		if len(name) > len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			return name[len(prefix):]
		}
	}
	return name
}

// globMatch compares a name with a glob, in which "*" stands for any run of characters.
func globMatch(glob, name string) bool {
	head, rest, starred := strings.Cut(glob, "*")
	if !starred {
		return glob == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	name = name[len(head):]
	for {
		part, tail, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], tail
	}
}

// CookieRuling is what becomes of a cookie.
type CookieRuling struct {
	Ruling
	Purpose   string        // "" where nothing names the cookie
	Recipient string        // who owns it; "" for the policy's own
	Lifetime  time.Duration // the longest life it may have; 0: no cap
	Renewable bool          // that life begins anew with each visit: strictly necessary
}

// NamedCookie is one name, or glob with "*", that the policy or the catalogue speaks of.
type NamedCookie struct {
	Name      string
	Purpose   string
	Recipient string // whose it is; "" where `cookies:` names it
	BuiltIn   bool   // from the catalogue
	At        Position
}

// Cookies are all names of cookies, sorted by name. A name of several recipients is there once for each.
func (p *Policy) Cookies() []NamedCookie {
	var all []NamedCookie
	for _, side := range []struct {
		*names
		builtIn bool
	}{{&p.cookies.policy, false}, {&p.cookies.catalog, true}} {
		add := func(name string, rules []cookieRule) {
			for _, rule := range rules {
				c := NamedCookie{Name: name, Purpose: rule.purpose.ID, BuiltIn: side.builtIn, At: rule.at}
				if rule.recipient != nil {
					c.Recipient = rule.recipient.ID
				}
				all = append(all, c)
			}
		}
		for name, rules := range side.exact {
			add(name, rules)
		}
		for i := range side.globs {
			add(side.globs[i].glob, side.globs[i].rules)
		}
	}
	slices.SortFunc(all, func(a, b NamedCookie) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Recipient, b.Recipient))
	})
	return all
}

// CookieTail are the names that the cookie database gives a purpose and that neither the policy nor the catalogue speaks
// of, sorted, a space between them; a name that ends in "*" stands for all that begin so. It is what a script in a page
// needs beside Cookies to judge as Decision.Cookie does: those go first, then a whole name of the tail, then its longest
// beginning; a prefix such as __Secure- is left out where the name with it is unknown. "" for a purpose that has none.
func (p *Policy) CookieTail(purpose string) string {
	var b strings.Builder
	for _, c := range catalog.Cookies() {
		// A glob of theirs that takes a beginning with whatever it stands for takes it with a sign that no name has.
		name := c.Name
		if c.Glob {
			name += "\x00"
		}
		if c.Purpose != purpose || p.cookies.find(name) != nil {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.Name)
		if c.Glob {
			b.WriteByte('*')
		}
	}
	return b.String()
}
