package filter

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/internal/markup"
	"github.com/privet-gateway/privet/rules"
)

// judgement is what all parts of a page are judged by, and what came of it.
type judgement struct {
	decision  *rules.Decision
	tally     *Tally
	embeds    counts[rules.EmbedRuling] // not yet in tally, which locks
	counts    counts[otherKey]          // the same of cookies
	urls      markup.URLParser
	bases     markup.URLParser // holds base
	base      markup.URL
	based     bool       // by a base element, the first of which counts
	site      rules.Site // of the page
	lists     bool       // lists are asked, too
	home      bool       // base is on a host that no mark names
	free      []byte     // the beginning of the latest absolute URL on such a host, up to its path
	freeHost  markup.URL // of free
	freeHosts []byte     // holds freeHost
	glance    *glance    // of the plan
	host      string
	xml       bool
	script    bool   // what is judged is the URL of a script
	guarded   bool   // what scripts of this document ask for is held back in the browser
	scripted  bool   // the tag at hand runs a script
	withheld  string // whose content it would have shown
	document  []byte // scratch: what is shown in its place
	declared  bool   // some character set is declared
	refusal   *Refusal
	fields    *dataFields        // how blocks of data are filtered; nil where no field is labelled
	block     []byte             // the latest of them
	documents int                // how many of them there were
	plain     []byte             // scratch for what is decoded
	cuts      []cut              // of the tag at hand
	inner     [maxNested]*walker // for documents within documents, by how deep they stand
}

// dataFields are the labelled fields of blocks of data.
type dataFields struct {
	plan     *Plan
	Elements Decider
}

func (j *judgement) begin(plan *Plan, d *rules.Decision, spec PageSpec, tally *Tally) {
	j.glance, j.guarded, j.scripted, j.withheld = &plan.glance, false, false, ""
	j.decision, j.tally, j.refusal, j.xml = d, tally, nil, spec.XML
	j.fields, j.documents = nil, 0
	if plan.Filters(rules.Response) {
		j.fields = &dataFields{plan, spec.Elements}
	}
	j.declared, j.based = spec.Charset != "", false
	j.base, j.home, j.free = markup.URL{}, false, j.free[:0]
	j.lists = d.Lists()
	j.plain = append(j.plain[:0], spec.URL...)
	if u, ok := j.bases.Parse(j.plain, nil); ok {
		j.base, j.home = u, !d.Knows(u.Host)
	}
	if j.lists {
		j.site.Reset(j.base.Host)
	}
}

func (j *judgement) end() {
	if j.tally != nil {
		j.settleCounts()
	}
	j.decision, j.tally, j.base, j.fields = nil, nil, markup.URL{}, nil
}

func (j *judgement) settleCounts() {
	if len(j.counts.list)+len(j.embeds.list) == 0 {
		return
	}
	j.tally.mu.Lock()
	j.tally.others.list = slices.Grow(j.tally.others.list, len(j.counts.list)+len(j.embeds.list))
	for _, c := range j.counts.list {
		j.tally.others.add(c.key, c.n)
	}
	for _, c := range j.embeds.list {
		ruling := c.key.Ruling()
		j.tally.others.add(otherKey{kind: Tag, direction: rules.Response, ruling: ruling, action: ruling.Action.Kind, recipient: c.key.Recipient}, c.n)
	}
	j.tally.mu.Unlock()
	j.counts.reset()
	j.embeds.reset()
}

func (j *judgement) refuse(code, detail string) {
	if j.refusal == nil {
		j.refusal = &Refusal{Status: http.StatusBadGateway, Code: code, Detail: detail, Err: errPage}
	}
}

var errPage = errors.New("the page cannot be read")

// note tells the tally what became of a reference or a script.
func (j *judgement) note(r rules.EmbedRuling) { j.embeds.add(r, 1) }

// nested gives the walker of a document that stands so deep within others.
func (j *judgement) nested(depth int) *walker {
	w := j.inner[depth-1]
	if w == nil {
		w = new(walker)
		j.inner[depth-1] = w
	}
	w.begin(j, nil, depth)
	return w
}

// blocks says whether a URL, decoded, is of somebody who is not let through, where a browser would fetch it for a
// destination. What no browser fetches blocks nothing.
func (j *judgement) blocks(ref []byte, to rules.Destination) (ruling rules.EmbedRuling, blocked bool) {
	if path, query, plain := plainPath(ref); plain && j.home {
		return j.owned(j.decision.Disguised(j.reference(&j.base, path, query, to)))
	}
	u, ok := j.urls.Parse(ref, &j.base)
	if !ok {
		return ruling, false
	}
	switch string(u.Scheme) {
	case "http", "https", "ws", "wss":
		if u.Scheme[0] == 'w' {
			to = rules.ToSocket
		}
		found, known := j.decision.Reference(j.referenceTo(&u, to))
		if !known && bytes.HasPrefix(ref, []byte("https://")) && !j.decision.Knows(u.Host) {
			j.remember(ref, &u)
		}
		return j.owned(found, known)
	case "javascript":
		if to == rules.ToFrame || to == rules.ToObject {
			return j.framed(ref)
		}
		return j.inline(ref)
	case "data":
		return j.runs(ref)
	default:
		return ruling, false
	}
}

// leads says the same of a URL to which the page itself moves on. Lists have few rules for pages, so the host counts.
func (j *judgement) leads(ref []byte) (ruling rules.EmbedRuling, blocked bool) {
	if ruling, blocked = j.blocks(ref, rules.ToDocument); blocked || ruling.Recipient != "" {
		return ruling, blocked
	}
	return j.hints(ref)
}

// hints says the same of a connection, of which only the host is known.
func (j *judgement) hints(ref []byte) (ruling rules.EmbedRuling, blocked bool) {
	u, ok := j.urls.Parse(ref, &j.base)
	if !ok || len(u.Host) == 0 {
		return ruling, false
	}
	return j.owned(j.decision.Hint(j.referenceTo(&u, rules.ToAny)))
}

// reference is what a decision is asked of a path and query on the host of a URL.
func (j *judgement) reference(on *markup.URL, path, query []byte, to rules.Destination) rules.Reference {
	return rules.Reference{Scheme: on.Scheme, Host: on.Host, Port: on.Port, Path: path, Query: query, To: to, From: &j.site}
}

func (j *judgement) referenceTo(u *markup.URL, to rules.Destination) rules.Reference {
	query := u.Query
	if u.HasQuery && query == nil {
		query = []byte{}
	}
	return j.reference(u, u.Path, query, to)
}

// owned notes the ruling on a reference of somebody who is known.
func (j *judgement) owned(ruling rules.EmbedRuling, known bool) (rules.EmbedRuling, bool) {
	if !known {
		return ruling, false
	}
	if !j.script || !j.guarded {
		ruling = ruling.Elsewhere()
	}
	j.note(ruling)
	return ruling, !ruling.Allowed
}

// runs says whether a script loads somebody who is not let through.
func (j *judgement) runs(script []byte) (ruling rules.EmbedRuling, blocked bool) {
	if ruling, blocked = j.decision.Script(script); blocked {
		j.note(ruling)
		return ruling, true
	}
	if bytes.IndexByte(script, '%') < 0 {
		return ruling, false
	}
	// A URL, or an argument of unescape.
	if ruling, blocked = j.decision.Script(percentDecoded(script)); blocked {
		j.note(ruling)
	}
	return ruling, blocked
}

// inline says the same of an event handler or a javascript: URL, which stays where a guard holds back what it asks for.
func (j *judgement) inline(script []byte) (ruling rules.EmbedRuling, blocked bool) {
	if j.scripted = j.guarded; j.guarded && !mayImport(script) {
		return ruling, false
	}
	return j.runs(script)
}

// decode gives the text of an attribute's value. It is valid until the next call.
func (j *judgement) decode(value []byte) []byte {
	if bytes.IndexByte(value, '&') < 0 {
		return value
	}
	j.plain = markup.AppendDecoded(j.plain[:0], value, true)
	return j.plain
}

// percentDecoded decodes what is percent-encoded (RFC 3986 2.1).
func percentDecoded(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]) {
			out = append(out, unhex(text[i+1])<<4|unhex(text[i+2]))
			i += 2
			continue
		}
		out = append(out, text[i])
	}
	return out
}

// remember keeps the beginning of an absolute URL on a host that no mark names: pages fetch from a few hosts again and
// again.
func (j *judgement) remember(ref []byte, u *markup.URL) {
	const scheme = len("https://")
	slash := bytes.IndexByte(ref[scheme:], '/')
	if slash <= 0 {
		return
	}
	if ref = ref[:scheme+slash]; bytes.Equal(ref, j.free) {
		return
	}
	j.free = append(j.free[:0], ref...)
	j.freeHosts = append(append(append(j.freeHosts[:0], u.Scheme...), u.Host...), u.Port...)
	host, port := len(u.Scheme), len(u.Scheme)+len(u.Host)
	j.freeHost = markup.URL{Scheme: j.freeHosts[:host], Host: j.freeHosts[host:port], Port: j.freeHosts[port:]}
}

// isFree says at a glance that a picture's URL is nobody's: on the page's own host or on the latest one that is free,
// written plainly, no tag in disguise, and in no list. Where it does not say so, blocks tells.
func (j *judgement) isFree(ref []byte) bool {
	on := &j.base
	if len(j.free) > 0 && bytes.HasPrefix(ref, j.free) {
		ref, on = ref[len(j.free):], &j.freeHost
	} else if !j.home {
		return false
	}
	path, query, plain := plainPath(ref)
	if !plain || len(query) > 0 || path[len(path)-1] == '/' || j.glance.starts[path[1]] || j.glance.ends[path[len(path)-1]] {
		return false
	}
	return !j.lists || j.decision.Quiet(j.reference(on, path, query, rules.ToImage))
}

// plainPath takes a reference apart that is a path of the same host, and that no parser would write differently: most
// references of most pages.
func plainPath(ref []byte) (path, query []byte, plain bool) {
	if len(ref) < 2 || ref[0] != '/' || ref[1] == '/' {
		return nil, nil, false
	}
	for i, c := range ref {
		if c == '?' {
			return ref[:i], ref[i+1:], isPlainQuery(ref[i+1:])
		}
		if (c == '.' || c == '/') && i > 0 && ref[i-1] == '/' || !isLetter(c) && !isDigit(c) && c != '/' && c != '-' && c != '_' && c != '.' && c != '~' {
			return nil, nil, false
		}
	}
	return ref, nil, true
}

func isPlainQuery(query []byte) bool {
	for _, c := range query {
		if !isLetter(c) && !isDigit(c) && strings.IndexByte("-_.~=&%", c) < 0 {
			return false
		}
	}
	return true
}
