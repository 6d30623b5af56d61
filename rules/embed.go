package rules

import (
	"strconv"
	"sync"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// Embed is how a third party is recognised in a page, its cookies and its click ids. Names of cookies and parameters may
// be globs with "*".
type Embed struct {
	Hosts    []Mark // whatever is fetched from there: "cdn.example.com" (and below it), "*.example.com", "example.*"
	URLs     []Mark // HOST/PATH or HOST/PATH?name=value, with "*"
	Snippets []Mark // text by which an inline script sets the tag up; white space and the kind of quotes do not matter
	Cookies  []Mark
	Params   []Mark
}

// Mark is one sign of a third party.
type Mark struct {
	Name string
	At   Position

	builtIn bool // from the catalogue
}

// BuiltIn says that the mark is the catalogue's, which gives way to the policy's own.
func (m Mark) BuiltIn() bool { return m.builtIn }

// EmbedRuling is what becomes of a reference to a third party. The zero value removes. It is small and comparable, since
// a page has many.
type EmbedRuling struct {
	Recipient string // whose it is: the id of a recipient, or of the list that names it
	Allowed   bool   // it is let through

	mark    *ownedMark // by which it is known, if not by a list
	verdict *Verdict
	listed  listHit
	refused *Verdict // where Consent Mode alone lets it through
}

// Elsewhere is the ruling on what is no script: a picture, a frame, a connection. Consent Mode tells scripts alone.
func (r EmbedRuling) Elsewhere() EmbedRuling {
	if r.refused != nil {
		r.Allowed, r.verdict, r.refused = false, r.refused, nil
	}
	return r
}

// Ruling is the ruling in full, with its reason and the position of the mark, or of the list in the policy.
func (r EmbedRuling) Ruling() Ruling {
	out := Ruling{}
	switch {
	case r.listed.list != nil:
		l := r.listed.list
		out.At, out.Reason = l.At, r.verdict.Reason+"; "+l.Name+" line "+strconv.Itoa(int(r.listed.line))
	case r.mark != nil:
		out.At, out.Reason = r.mark.at, r.verdict.Reason
	default:
		return out
	}
	out.Action = Action{Kind: Remove, At: out.At}
	if r.Allowed {
		out.Action.Kind = Keep
	}
	return out
}

// Reference is a URL that a page makes the browser contact, taken apart as the WHATWG's URL parser does it: the host in
// lower case and ASCII, the path with its slash, the query without its question mark. Scheme, port and what follows it
// are for lists: they are https, the scheme's own, anything, and an unknown page where they are left out.
type Reference struct {
	Scheme, Host, Port []byte
	Path, Query        []byte // Query is nil where there is no question mark
	To                 Destination
	From               *Site
}

// Reference says what becomes of a URL that a page refers to. ok is false where it is nobody's that is known. The policy
// beats the catalogue, and that the lists, which speak of those alone whom no mark names; of several recipients that one
// mark names, one that is let through suffices.
func (d *Decision) Reference(u Reference) (ruling EmbedRuling, ok bool) {
	for _, marks := range d.policy.marks.tiers() {
		if owners := marks.Find(blocklist.Location{Host: u.Host, Path: u.Path, Query: u.Query}); owners != nil {
			return d.owned(owners), true
		}
	}
	return d.listed(&u)
}

// Disguised says the same of a URL on a host that Knows does not tell, such as the page's own: tags of third parties are
// found there by what their paths and queries look like, and by lists.
func (d *Decision) Disguised(u Reference) (ruling EmbedRuling, ok bool) {
	for _, marks := range d.policy.marks.tiers() {
		if owners := marks.Disguised(u.Path, u.Query); owners != nil {
			return d.owned(owners), true
		}
	}
	return d.listed(&u)
}

// Glance tells at two bytes of a path that no mark is of anything like it: by the byte behind its first slash and by its
// last one. Both must say no, of a path that ends in no slash and holds none twice, and no escapes.
func (d *Decision) Glance() (starts, ends [256]bool) {
	for _, marks := range d.policy.marks.tiers() {
		g := marks.Glance()
		for c := range ends {
			starts[c], ends[c] = starts[c] || g.Starts[c], ends[c] || g.Ends[c]
		}
	}
	return starts, ends
}

// Knows says that some mark names a host.
func (d *Decision) Knows(host []byte) bool {
	for _, marks := range d.policy.marks.tiers() {
		if marks.Knows(host) {
			return true
		}
	}
	return false
}

// Hint says what becomes of a connection that a page announces without a path (preconnect, dns-prefetch), by the host
// and the page of a reference. A list names such a host where it blocks all that a page of another site may fetch there:
// scripts, pictures, data or frames at "/".
func (d *Decision) Hint(u Reference) (ruling EmbedRuling, ok bool) {
	for _, marks := range d.policy.marks.tiers() {
		if owners := marks.Hint(u.Host); owners != nil {
			return d.owned(owners), true
		}
	}
	if u.From != nil && !u.From.isThird(u.Host) {
		return EmbedRuling{}, false
	}
	u.Scheme, u.Port, u.Path, u.Query, u.To = nil, nil, nil, nil, ToAny
	return d.listed(&u)
}

// Script looks in the text of a script for whoever is not let through: a snippet, or a URL or host in a string. ok is
// false where there is nobody.
func (d *Decision) Script(text []byte) (ruling EmbedRuling, ok bool) {
	for _, marks := range d.policy.marks.tiers() {
		ok = marks.Search(text, func(owners []int) bool {
			ruling = d.owned(owners)
			return !ruling.Allowed
		})
		if ok {
			return ruling, true
		}
	}
	return EmbedRuling{}, false
}

// Mentions says that a text names somebody who is known, let through or not, as Script finds them.
func (d *Decision) Mentions(text []byte) bool {
	for _, marks := range d.policy.marks.tiers() {
		if marks.Search(text, func([]int) bool { return true }) {
			return true
		}
	}
	return false
}

// owned is the ruling on what belongs to some marks, by their numbers.
func (d *Decision) owned(numbers []int) EmbedRuling {
	marks := d.policy.marks.owners
	if d.embedding == nil {
		return EmbedRuling{Recipient: marks[numbers[0]].recipient.ID} // an element is no page
	}
	for _, number := range numbers {
		if r := d.ruling(&marks[number]); r.Allowed {
			return r
		}
	}
	return d.ruling(&marks[numbers[0]])
}

func (d *Decision) ruling(m *ownedMark) EmbedRuling {
	v := &d.embedding[m.recipient.index]
	return EmbedRuling{Recipient: m.recipient.ID, Allowed: v.Allowed, mark: m, verdict: v, refused: d.pinged[m.recipient.ID]}
}

// ownedMark is a mark with whom it stands for.
type ownedMark struct {
	recipient *Recipient
	at        Position
}

// markTable finds whose a reference is.
type markTable struct {
	policy *blocklist.Matcher
	owners []ownedMark // by the owner's number: the catalogue's, then the policy's
	shared []blocklist.Mark
}

// catalogMatcher is the matcher of the catalogue's marks, which are the same for every policy and slow to compile.
//
//nolint:gochecknoglobals // computed once, never written to
var catalogMatcher struct {
	once    sync.Once
	matcher *blocklist.Matcher
}

// tiers are who is asked, in this order.
func (t *markTable) tiers() [2]*blocklist.Matcher {
	catalogMatcher.once.Do(func() { catalogMatcher.matcher = blocklist.Compile(t.shared) })
	return [2]*blocklist.Matcher{t.policy, catalogMatcher.matcher}
}

// compileMarks gathers the marks of all recipients that have a purpose.
func compileMarks(recipients []*Recipient) markTable {
	var t markTable
	t.shared = t.gather(recipients, true)
	t.policy = blocklist.Compile(t.gather(recipients, false))
	return t
}

func (t *markTable) gather(recipients []*Recipient, builtIn bool) []blocklist.Mark {
	var out []blocklist.Mark
	for _, r := range recipients {
		if r.Purpose == "" {
			continue
		}
		for kind, marks := range [...][]Mark{blocklist.Host: r.Embed.Hosts, blocklist.URL: r.Embed.URLs, blocklist.Snippet: r.Embed.Snippets} {
			for _, m := range marks {
				if m.builtIn == builtIn {
					out = append(out, blocklist.Mark{Kind: blocklist.Kind(kind), Text: m.Name, Owner: len(t.owners)})
					t.owners = append(t.owners, ownedMark{r, m.At})
				}
			}
		}
	}
	return out
}
