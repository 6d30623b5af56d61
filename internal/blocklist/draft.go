package blocklist

import (
	"hash/fnv"
	"strings"
)

// draft is a rule of a network while its line is read.
type draft struct {
	flags          flags
	types, without Type
	from, to, deny string
	param          string
	redirect       string
	cosmetic       bool
}

// set takes an option in. It gives the name of what is not supported, or "".
func (d *draft) set(o option) string {
	if t, ok := typeOf(o.name); ok {
		if o.negated {
			d.without |= t
		} else {
			d.types |= t
		}
		return ""
	}
	if isCosmeticOption(o.name) {
		d.cosmetic = true
		return ""
	}
	if f := flagOf(o.name, o.negated); f != 0 {
		d.flags |= f
		return ""
	}
	return d.setValue(o)
}

// flagOf knows the options that have no value.
func flagOf(name string, negated bool) flags {
	switch name {
	case "third-party", "3p", "first-party", "1p":
		if negated == (name[0] == 't' || name[0] == '3') {
			return onlyFirst
		}
		return onlyThird
	case "strict3p", "strict-third-party":
		return otherHost
	case "strict1p", "strict-first-party":
		return sameHost
	case "match-case":
		return matchCase
	case "important":
		return important
	case "badfilter":
		return disabling
	}
	return 0
}

func (d *draft) setValue(o option) string {
	var value *string
	switch o.name {
	case "domain", "from":
		value = &d.from
	case "to":
		value = &d.to
	case "denyallow":
		value = &d.deny
	case "removeparam", "queryprune":
		d.flags |= stripping
		d.param = o.value
		if o.negated || strings.HasPrefix(o.value, "|") {
			return o.name + " value"
		}
		return ""
	case "empty", "mp4", "redirect", "rewrite":
		// What is sent elsewhere does not reach its host, which is what counts here.
		d.redirect = o.name + "=" + o.value
		if o.name == "mp4" {
			d.types |= Media
		}
		return ""
	default:
		if strings.Trim(o.name, "_") == "" && o.name != "" {
			return "" // a mere comment
		}
		if o.name == "" {
			return "empty option"
		}
		return o.name
	}
	if o.negated || o.value == "" || *value != "" {
		return o.name + " value"
	}
	*value = o.value
	return ""
}

// network reads a rule about requests.
func (p *parser) network(line string) {
	text, isException := strings.CutPrefix(line, "@@")
	pattern, options := splitOptions(text)
	var d draft
	if isException {
		d.flags |= exception
	}
	for options != "" {
		var o option
		o, options = nextOption(options)
		if name := d.set(o); name != "" {
			p.report.refuse(name, p.number)
			return
		}
	}
	if d.cosmetic && d.types|d.without == 0 {
		p.report.Cosmetic++
		return
	}
	if d.flags&exception != 0 && d.redirect != "" {
		// It would undo the redirection and leave the request blocked.
		p.report.refuse("redirect exception", p.number)
		return
	}
	p.finish(&d, pattern)
}

// finish stores a rule, and forgets what it has stored when a part of it turns out not to be supported.
func (p *parser) finish(d *draft, pattern string) {
	l := p.list
	size, domains, expressions := len(l.text), len(l.domains), len(l.expressions)
	r, x, name := p.compile(d, pattern)
	if name != "" {
		l.text, l.domains, l.expressions = l.text[:size], l.domains[:domains], l.expressions[:expressions]
		p.report.refuse(name, p.number)
		return
	}
	if x != (extra{}) {
		l.extras = append(l.extras, x)
		r.extra = uint32(len(l.extras))
	}
	l.rules = append(l.rules, r)
	switch {
	case r.flags&disabling != 0:
		p.report.Badfilter++
	case r.flags&stripping != 0:
		p.report.RemoveParam++
	case r.flags&exception != 0:
		p.report.Exception++
	default:
		p.report.Block++
	}
}

func (p *parser) compile(d *draft, pattern string) (r rule, x extra, name string) {
	r = rule{line: uint32(p.number), flags: d.flags, types: d.types}
	switch {
	case d.types == 0 && d.flags&stripping != 0:
		r.types = every // parameters are removed from addresses of pages above all
	case d.types == 0:
		r.types = usual
	}
	if r.types &^= d.without; r.types == 0 {
		return r, x, "no type left"
	}
	if len(pattern) > maxPattern {
		return r, x, "length"
	}
	if name = p.pattern(&r, &x, pattern); name != "" {
		return r, x, name
	}
	for _, o := range []struct {
		set  *domainSet
		text string
	}{{&x.from, d.from}, {&x.to, d.to}, {&x.deny, d.deny}} {
		if *o.set, name = p.list.addDomains(o.text); name != "" {
			return r, x, name
		}
	}
	if r.size == 0 && d.from+d.to+d.deny == "" && r.flags&(onlyThird|onlyFirst|sameHost|otherHost|stripping) == 0 && d.types|d.without == 0 {
		return r, x, "empty pattern"
	}
	if d.flags&stripping != 0 {
		if x.param, name = p.list.addParameter(d.param); name != "" {
			return r, x, name
		}
	}
	if d.redirect != "" {
		digest := fnv.New32a()
		_, _ = digest.Write([]byte(d.redirect))
		x.redirect = digest.Sum32() | 1
	}
	return r, x, ""
}

// pattern brings a pattern into the form in which it is compared: anchors as flags, no stars at its ends, lower case.
func (p *parser) pattern(r *rule, x *extra, text string) (name string) {
	if len(text) > 1 && text[0] == '/' && text[len(text)-1] == '/' {
		r.flags |= isExpression
		x.expression, name = p.list.addExpression(text[1:len(text)-1], r.flags&matchCase == 0)
		at := p.list.keep(text)
		r.at, r.size = at.at, uint16(at.size)
		return name
	}
	if rest, ok := strings.CutPrefix(text, "||"); ok {
		text, r.flags = rest, r.flags|atLabel
	} else if rest, ok := strings.CutPrefix(text, "|"); ok {
		text, r.flags = rest, r.flags|atStart
	}
	if rest, ok := strings.CutSuffix(text, "|"); ok {
		text, r.flags = rest, r.flags|atEnd
	}
	if rest := strings.TrimLeft(text, "*"); rest != text {
		text, r.flags = rest, r.flags&^(atStart|atLabel)
	}
	if rest := strings.TrimRight(text, "*"); rest != text {
		text, r.flags = rest, r.flags&^atEnd
	}
	if text == "" {
		r.flags &^= atStart | atLabel | atEnd
	}
	text, ok := toASCII(text)
	if !ok {
		return "characters"
	}
	if r.flags&matchCase == 0 {
		text = lower(text)
	}
	if host, ok := strings.CutSuffix(text, "^"); ok && r.flags&(atLabel|atEnd) == atLabel && isPlainHost(host) {
		text, r.flags = lower(host), r.flags|hostOnly
	}
	at := p.list.keep(text)
	r.at, r.size = at.at, uint16(at.size)
	return ""
}

// isPlainHost knows hosts that nothing in a pattern makes ambiguous.
func isPlainHost(text string) bool {
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return text != "" && text[0] != '.' && text[len(text)-1] != '.'
}
