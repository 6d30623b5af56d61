package blocklist

import "strings"

// conditions are the "!#if" that enclose a line. Of the names that lists ask for, those of uBlock Origin are true, whose
// syntax is spoken here; those of a browser, of a device and of what only a browser can do are false.
type conditions struct {
	taken []bool // by depth; at most maxDepth
	lost  int    // conditions above that, in which nothing is taken
}

const maxDepth = 32

func (c *conditions) off() bool {
	for _, taken := range c.taken {
		if !taken {
			return true
		}
	}
	return c.lost > 0
}

// directive reads what follows "!#".
func (p *parser) directive(text string) {
	c := &p.conditions
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case word == "if" && len(c.taken) >= maxDepth:
		c.lost++
	case word == "if":
		c.taken = append(c.taken, holds(rest))
	case word == "else" && len(c.taken) > 0 && c.lost == 0:
		c.taken[len(c.taken)-1] = !c.taken[len(c.taken)-1]
	case word == "endif" && c.lost > 0:
		c.lost--
	case word == "endif" && len(c.taken) > 0:
		c.taken = c.taken[:len(c.taken)-1]
	case word == "include" && !c.off():
		p.report.refuse("!#include", p.number)
	default:
		p.report.Comments++
	}
}

// holds evaluates names joined by "&&" and "||", the first of which binds more tightly, each with any number of "!".
// Parentheses are dropped where they enclose one name; others make the condition false.
func holds(text string) bool {
	text = strings.ReplaceAll(text, " ", "")
	for strings.HasPrefix(text, "(") && strings.IndexByte(text, ')') == len(text)-1 {
		text = text[1 : len(text)-1]
	}
	if strings.ContainsAny(text, "()") {
		return false
	}
	for all := range strings.SplitSeq(text, "||") {
		every := true
		for name := range strings.SplitSeq(all, "&&") {
			bare := strings.TrimLeft(name, "!")
			isTrue := bare == "ext_ublock" || bare == "true"
			every = every && isTrue != ((len(name)-len(bare))%2 == 1)
		}
		if every {
			return true
		}
	}
	return false
}
