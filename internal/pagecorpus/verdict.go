package main

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// judge says whose a reference is.
type judge struct {
	decision *rules.Decision
	unlisted *rules.Decision // the same without lists, by which no script is taken out
	marks    marks
	grant    []string
	site     rules.Site
	types    map[key]rules.Destination // of the page at hand, by the oracle
}

// standing is what the catalogue and the visitor's consent make of a reference. The zero value is nobody's.
type standing uint8

const (
	nobodys standing = iota
	permitted
	blocked
)

// owner is the recipient, or the list, by which the policy knows whom a reference goes to.
func (j *judge) owner(r *reference) (recipient string, is standing) {
	host := []byte(r.parsed.Hostname())
	ruling, known := rules.EmbedRuling{}, false
	u := rules.Reference{
		Scheme: []byte(strings.TrimSuffix(r.parsed.Protocol(), ":")), Host: host, Port: []byte(r.parsed.Port()),
		Path: []byte(r.parsed.Pathname()), To: j.types[r.key()], From: &j.site,
	}
	if r.parsed.Search() != "" {
		u.Query = []byte(r.parsed.Query())
	}
	if r.Kind != "hint" {
		ruling, known = j.decision.Reference(u)
	}
	if r.Kind == "hint" || !known && u.To == rules.ToDocument {
		ruling, known = j.decision.Hint(u)
	}
	switch {
	case !known:
		return "", nobodys
	case ruling.Allowed:
		return ruling.Recipient, permitted
	default:
		return ruling.Recipient, blocked
	}
}

// finding is something in a page, for the report.
type finding struct {
	page string
	what string
	kind string // of a reference; or whose it is
}

// verdict is what came of one page.
type verdict struct {
	page        *page
	refs        int // of the source, less the inert ones
	catalogued  int // of these, to recipients that are not let through
	permitted   int // to others of the catalogue
	left        []finding
	leftOthers  []string  // hosts of trackers that the policy does not know
	trackers    int       // references of the source that are trackers to the oracle
	trackerLeft []finding // these in the answer
	others      int       // these in the source
	lost        []finding
	lostOthers  []finding
	appeared    []finding // references that the source does not have
	unlisted    []finding // shapes of removed references that the oracle takes for no tracker
	missing     []finding // shapes of trackers on a catalogued domain that no mark meets
	scripts     scriptVerdict
	trackerless bool
	guarded     bool
	unchanged   bool
	inserted    bool
	difference  string
	textChanged bool
}

// scriptVerdict is what came of the scripts in a page's own text.
type scriptVerdict struct {
	all, removed int
	hosts        int       // of removed: with hosts that the oracle takes for trackers
	markers      int       // of the other removed: with markers of tags
	unknown      []finding // removed without either
	held         int       // left in a page that has a guard, all of whose tracker hosts are catalogued
	left         []finding // in one that has none, all of whose tracker hosts are catalogued
	data         []finding // removed blocks that are no scripts
}

// page judges what became of a page.
func (j *judge) page(p *page, answer []byte) (*verdict, error) {
	answer, guarded := withoutGuard(answer)
	before, err := p.extract(p.source)
	if err != nil {
		return nil, err
	}
	after, err := p.extract(answer)
	if err != nil {
		return nil, err
	}
	v := &verdict{page: p, trackerless: true, textChanged: before.text != after.text}
	trackers := map[key]bool{}
	j.types = map[key]rules.Destination{}
	j.site.Reset([]byte(p.address.Hostname()))
	for i := range p.oracle.Refs {
		r := &p.oracle.Refs[i]
		trackers[r.key()], j.types[r.key()] = r.Tracker, destination(r.Type)
		if r.Tracker && r.Kind != "inert" {
			v.trackers++
		}
	}
	remains := count(after)
	j.before(v, before, trackers, remains)
	j.after(v, after, trackers, remains, answer)
	j.scripts(v, before, after)
	v.guarded = guarded
	if guarded { // which holds back in the browser what these ask for
		v.scripts.held, v.scripts.left = len(v.scripts.left), nil
	}
	piece, same := inserted(p.source, answer)
	v.unchanged, v.inserted = same, len(piece) > 0
	v.trackerless = v.trackerless && len(p.oracle.Handlers) == 0
	if !same {
		v.difference = difference(p.source, answer)
	}
	return v, nil
}

// count is how often each reference stands in a page.
func count(x *extract) map[key]int {
	out := map[key]int{}
	for i := range x.refs {
		out[x.refs[i].key()]++
	}
	return out
}

// before goes through the references of the source, and takes each out of those that remain.
func (j *judge) before(v *verdict, x *extract, trackers map[key]bool, remains map[key]int) {
	for i := range x.refs {
		r := &x.refs[i]
		if r.Kind == "inert" {
			continue
		}
		v.refs++
		k := r.key()
		remains[k]--
		gone := remains[k] < 0
		recipient, is := j.owner(r)
		v.trackerless = v.trackerless && is == nobodys && !trackers[k]
		switch {
		case is == blocked:
			v.catalogued++
			if gone && !trackers[k] {
				v.unlisted = append(v.unlisted, finding{page: v.page.ID, what: pattern(r), kind: recipient})
			}
		case is == permitted:
			v.permitted++
			if gone {
				v.lost = append(v.lost, j.finding(v.page, r, v.page.source))
			}
		case trackers[k]:
			v.others++
			if gone {
				v.lostOthers = append(v.lostOthers, j.finding(v.page, r, v.page.source))
			}
			if owners := j.marks.owners(r.parsed.Hostname()); len(owners) > 0 {
				v.missing = append(v.missing, finding{page: v.page.ID, what: pattern(r), kind: strings.Join(owners, ", ")})
			}
		case gone:
			v.lost = append(v.lost, j.finding(v.page, r, v.page.source))
		}
	}
}

// after goes through the references of the answer.
func (j *judge) after(v *verdict, x *extract, trackers map[key]bool, remains map[key]int, answer []byte) {
	for i := range x.refs {
		r := &x.refs[i]
		if r.Kind == "inert" {
			continue
		}
		recipient, is := j.owner(r)
		if trackers[r.key()] {
			v.trackerLeft = append(v.trackerLeft, j.finding(v.page, r, answer))
		}
		switch {
		case is == blocked:
			f := j.finding(v.page, r, answer)
			f.what = recipient + ": " + f.what
			v.left = append(v.left, f)
		case is == nobodys && trackers[r.key()]:
			v.leftOthers = append(v.leftOthers, r.parsed.Hostname())
		}
		if k := r.key(); remains[k] > 0 {
			remains[k] = 0
			v.appeared = append(v.appeared, j.finding(v.page, r, answer))
		}
	}
}

// finding shows a reference and the text around it.
func (j *judge) finding(p *page, r *reference, text []byte) finding {
	what := fmt.Sprintf("%s %s %s %s", r.Element, r.Attr, r.Kind, r.URL)
	forms := []string{r.raw, strings.ReplaceAll(r.raw, "&", "&amp;"), html.EscapeString(r.raw)}
	at := -1
	for i := 0; i < len(forms) && at < 0; i++ {
		at = bytes.Index(text, []byte(forms[i]))
	}
	if at >= 0 {
		what = fmt.Sprintf("%s\n      in %q", what, around(text, at, 200))
	}
	return finding{page: p.ID, what: what, kind: r.Kind}
}

// scripts judges what became of scripts in the page's own text.
func (j *judge) scripts(v *verdict, before, after *extract) {
	remains := map[string]int{}
	for _, s := range after.scripts {
		remains[s.sha256]++
	}
	suspects := v.page.suspects(before)
	s := &v.scripts
	for i := range before.scripts {
		one := &before.scripts[i]
		known := suspects[i]
		v.trackerless = v.trackerless && len(known.Hosts)+len(known.Markers) == 0
		remains[one.sha256]--
		gone := remains[one.sha256] < 0
		f := finding{page: v.page.ID, what: fmt.Sprintf("%q", one.body[:min(len(one.body), 300)])}
		if !one.data {
			s.all++
		}
		switch {
		case gone && one.data:
			s.data = append(s.data, f)
		case gone:
			s.removed++
			j.removed(s, one, known, f)
		case one.js && len(known.Hosts) > 0 && !slices.ContainsFunc(known.Hosts, j.isFree):
			f.what = fmt.Sprintf("%v in %s", known.Hosts, f.what)
			s.left = append(s.left, f)
		}
	}
}

func (j *judge) removed(s *scriptVerdict, one *script, known suspect, f finding) {
	switch {
	case len(known.Hosts) > 0:
		s.hosts++
	case len(known.Markers) > 0:
		s.markers++
	default:
		ruling, _ := j.unlisted.Script([]byte(one.body))
		f.kind = ruling.Recipient
		s.unknown = append(s.unknown, f)
	}
}

// isFree says that a URL in a script is of nobody who is blocked.
func (j *judge) isFree(u loadsURL) bool {
	r, ok := parsedReference(u.URL)
	if !ok {
		return true
	}
	ruling, known := j.unlisted.Reference(rules.Reference{
		Host: []byte(r.parsed.Hostname()), Path: []byte(r.parsed.Pathname()), Query: []byte(r.parsed.Query()),
	})
	return !known || ruling.Allowed
}
