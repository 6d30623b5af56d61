package filter

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/privet-gateway/privet/rules"
)

// Fields of a response's header announce what the browser shall contact, before or beside the page. They are judged as
// tags are.

// announcement is what judges them: a page without its text.
func (e *errand) announcement(x Exchange) *judgement {
	if e.judge == nil {
		e.judge = judgements.Get().(*judgement) //nolint:forcetypeassert // the pool's own
		e.judge.begin(e.plan, e.decision, PageSpec{URL: x.URL}, e.tally)
	}
	return e.judge
}

// judgements keeps the buffers of those that are done.
var judgements = sync.Pool{New: func() any { return new(judgement) }} //nolint:gochecknoglobals // holds nothing a header could tell

// done gives back what an errand has borrowed.
func (e *errand) done() {
	if e.judge != nil {
		e.judge.end()
		judgements.Put(e.judge)
		e.judge = nil
	}
}

// announced takes what is not let through out of the lines of a field.
func (e *errand) announced(h http.Header, key string, role role, x Exchange) {
	if e.direction != rules.Response || len(h[key]) == 0 {
		return
	}
	j := e.announcement(x)
	edit(h, key, func(line string) (string, bool) {
		switch role {
		case asLink:
			return j.links(line)
		case asRefresh:
			start, end := refreshURL(line)
			_, blocked := j.leads([]byte(line[start:end]))
			return line, !blocked
		case asReport:
			return line, !j.blocksReports(line)
		case asPolicy:
			return j.reportURIs(line)
		default:
			return line, true
		}
	})
}

// links takes link-values (RFC 8288 3) out of a line. Where the line is not well formed readers disagree on where a value
// ends, so it goes as a whole.
func (j *judgement) links(line string) (out string, keep bool) {
	var kept []string
	dropped, formed := false, true
	for value := range linkValues(line) {
		formed = formed && strings.HasPrefix(value, "<") && strings.Count(value, "<") == 1
		blocked := false
		eachTarget(value, func(target string) string {
			blocked = blocked || j.blocksLink(target, value)
			return target
		})
		if dropped = dropped || blocked; !blocked {
			kept = append(kept, value)
		}
	}
	switch {
	case !dropped:
		return line, true
	case !formed || len(kept) == 0:
		return "", false
	default:
		return strings.Join(kept, ", "), true
	}
}

func (j *judgement) blocksLink(target, value string) bool {
	lower := strings.ToLower(value)
	if _, blocked := j.blocks([]byte(target), linkDestination(lower)); blocked {
		return true
	}
	if !strings.Contains(lower, "preconnect") && !strings.Contains(lower, "dns-prefetch") {
		return false
	}
	_, blocked := j.hints([]byte(target))
	return blocked
}

// linkDestination is what a browser fetches the target of a link-value for, which is given in lower case.
func linkDestination(value string) rules.Destination {
	_, parameters, _ := strings.Cut(value, ">")
	to := rules.ToOther
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, word, _ := strings.Cut(parameter, "=")
		word = strings.Trim(word, " \t\"")
		switch strings.Trim(name, " \t") {
		case "rel":
			for rel := range strings.FieldsSeq(word) {
				if found := destinationOfRel([]byte(rel)); found != rules.ToOther {
					return found
				}
			}
		case "as":
			to = destinationAs([]byte(word))
		}
	}
	return to
}

// blocksReports says that a line names, somewhere in its own syntax, an end point of somebody who is not let through.
func (j *judgement) blocksReports(line string) bool {
	if _, blocked := j.runs([]byte(line)); blocked {
		return true
	}
	if !j.lists {
		return false
	}
	for address := range addresses(line) {
		if _, blocked := j.blocks([]byte(address), rules.ToPing); blocked {
			return true
		}
	}
	return false
}

// addresses gives the absolute URLs of a line, each up to the byte that can be none of a URL's.
func addresses(line string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			at := strings.Index(line, "//")
			if at < 0 {
				return
			}
			start := at
			for _, scheme := range []string{"https:", "http:"} {
				if n := at - len(scheme); n >= 0 && strings.EqualFold(line[n:at], scheme) {
					start = n
					break
				}
			}
			address := line[start:]
			if end := strings.IndexAny(address, " \t\"'<>\\,;)]}"); end >= 0 {
				address = address[:end]
			}
			if !yield(address) {
				return
			}
			line = line[max(at+2, start+len(address)):]
		}
	}
}

// linkValues gives the parts of a Link field between commas that stand neither in a target nor in quotes.
func linkValues(line string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, quoted, target := 0, false, false
		for i := 0; i <= len(line); i++ {
			switch {
			case i == len(line) || line[i] == ',' && !quoted && !target:
				if value := trimSpace(line[start:i]); value != "" && !yield(value) {
					return
				}
				start = i + 1
			case line[i] == '\\' && quoted:
				i++
			case line[i] == '"' && !target:
				quoted = !quoted
			case line[i] == '<' && !quoted:
				target = true
			case line[i] == '>':
				target = false
			}
		}
	}
}

// reportURIs takes the end points of a Content Security Policy (CSP3 6.5.1) out that are of somebody who is not let
// through.
func (j *judgement) reportURIs(line string) (out string, keep bool) {
	if !strings.Contains(strings.ToLower(line), "report-uri") {
		return line, true
	}
	changed := false
	parts := strings.Split(line, ";")
	for i, part := range parts {
		words := strings.Fields(part)
		if len(words) == 0 || !strings.EqualFold(words[0], "report-uri") {
			continue
		}
		left := slices.DeleteFunc(words, func(word string) bool {
			_, blocked := j.blocks([]byte(word), rules.ToPing)
			return blocked
		})
		if len(left) == len(words) && !slices.Contains(left, "") {
			continue
		}
		changed = true
		if parts[i] = " " + strings.Join(left, " "); len(left) < 2 {
			parts[i] = ""
		}
	}
	if !changed {
		return line, true
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return trimSpace(part) == "" })
	return trimSpace(strings.Join(parts, ";")), len(parts) > 0
}

// announces says that a line holds a URL of somebody who is known, let through or not.
func (e *errand) announcesKnown(role role, line string, x Exchange) bool {
	if role != asReport && role != asPolicy && role != asLink && role != asRefresh {
		return false
	}
	j := e.announcement(x)
	known := false
	look := func(text string, to rules.Destination) {
		u, ok := j.urls.Parse([]byte(text), &j.base)
		if ok && !known {
			_, known = j.decision.Reference(j.referenceTo(&u, to))
			if !known {
				_, known = j.decision.Hint(j.referenceTo(&u, to))
			}
		}
	}
	switch role {
	case asReport:
		known = e.decision.Mentions([]byte(line))
		for address := range addresses(line) {
			look(address, rules.ToPing)
		}
	case asPolicy:
		known = e.decision.Mentions([]byte(line))
		for directive := range strings.SplitSeq(line, ";") {
			if words := strings.Fields(directive); len(words) > 1 && strings.EqualFold(words[0], "report-uri") {
				for _, word := range words[1:] {
					look(word, rules.ToPing)
				}
			}
		}
	case asRefresh:
		start, end := refreshURL(line)
		look(line[start:end], rules.ToDocument)
	case asLink:
		for value := range linkValues(line) {
			to := linkDestination(strings.ToLower(value))
			eachTarget(value, func(target string) string {
				look(target, to)
				return target
			})
		}
	default:
	}
	return known
}
