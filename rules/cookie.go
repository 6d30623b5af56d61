package rules

import (
	"strings"
	"time"
)

// cookieRule is one name or glob of `cookies:` or of a recipient's embed.
type cookieRule struct {
	purpose   *Purpose
	recipient *Recipient // nil for `cookies:`
	at        Position
}

// nameTable finds the rules of a name: exact beats the longest literal prefix of a glob, the policy beats the catalogue.
// Several recipients may own one name; all of them are kept.
type nameTable struct {
	exact map[string][]cookieRule
	globs []nameGlob // longest literal prefix first, the policy's before the catalogue's
}

type nameGlob struct {
	glob    string
	literal int // length of what stands before the first star
	builtIn bool
	rules   []cookieRule
}

func (t *nameTable) find(name string) []cookieRule {
	if rules, ok := t.exact[name]; ok {
		return rules
	}
	for i := range t.globs {
		if globMatch(t.globs[i].glob, name) {
			return t.globs[i].rules
		}
	}
	return nil
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
}
