package rules

import (
	"sync"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// maxListed is how much of a URL lists are asked about, in bytes. Behind that a URL is what a tag has to say, not whose
// it is; rules for hosts hold whatever the length.
const maxListed = 16 << 10

// listHit is the rule of a list that met a reference.
type listHit struct {
	list *List
	line int32
}

// Lists says that lists are asked about whoever has no mark.
func (d *Decision) Lists() bool { return len(d.listing) > 0 }

// listed says what the lists say of a reference. Of several purposes one that may not store goes first.
func (d *Decision) listed(u *Reference) (ruling EmbedRuling, ok bool) {
	if len(d.listing) == 0 {
		return ruling, false
	}
	room := urls.Get().(*[]byte) //nolint:forcetypeassert // the pool's own
	r := u.request(room)
	if st := u.known(d, r); st != nil && d.quiet(st, r, u.To) {
		urls.Put(room)
		return ruling, false
	}
	for i := range d.listing {
		found, met := d.ask(i, u, r)
		if met && (!ok || !found.Allowed) {
			ruling, ok = found, true
		}
		if ok && !ruling.Allowed {
			break
		}
	}
	urls.Put(room)
	return ruling, ok
}

// Quiet says at a glance that lists say nothing of a URL on a host to which a page refers often, such as its own. Where it
// does not say so, Reference or Disguised tells.
func (d *Decision) Quiet(u Reference) bool {
	if len(d.listing) == 0 {
		return true
	}
	if u.From == nil || u.To == ToAny {
		return false
	}
	room := urls.Get().(*[]byte) //nolint:forcetypeassert // the pool's own
	r := u.request(room)
	st := u.known(d, r)
	if st == nil {
		front := r
		front.URL = r.URL[:u.front(r)]
		st = u.From.readStart(d, front)
	}
	quiet := d.quiet(st, r, u.To)
	urls.Put(room)
	return quiet
}

// front is where the path of a reference begins, as request has written it.
func (u *Reference) front(r blocklist.Request) int {
	if len(u.Port) > 0 {
		return r.HostEnd + 1 + len(u.Port)
	}
	return r.HostEnd
}

// known is what lists know of references to the same host.
func (u *Reference) known(d *Decision, r blocklist.Request) *start {
	if u.From == nil || u.To == ToAny {
		return nil
	}
	return u.From.startOf(d, r.URL[:u.front(r)])
}

func (d *Decision) quiet(st *start, r blocklist.Request, to Destination) bool {
	for i := range st.each {
		if !d.policy.listed[i].engine.Quiet(&st.each[i], r.URL, to.listType()) {
			return false
		}
	}
	return true
}

// urls keeps the room in which URLs are written.
var urls = sync.Pool{New: func() any { return new([]byte) }} //nolint:gochecknoglobals // holds nothing a page could tell

// request writes a reference as lists compare it.
func (u *Reference) request(room *[]byte) blocklist.Request {
	text := (*room)[:0]
	if len(u.Scheme) == 0 {
		text = append(text, "https"...)
	}
	text = append(append(text, u.Scheme...), "://"...)
	r := blocklist.Request{Host: len(text), ThirdParty: true}
	text = append(text, u.Host...)
	r.HostEnd = len(text)
	if len(u.Port) > 0 {
		text = append(append(text, ':'), u.Port...)
	}
	if len(u.Path) == 0 {
		text = append(text, '/')
	}
	text = appendSome(text, u.Path)
	if u.Query != nil {
		text = appendSome(append(text, '?'), u.Query)
	}
	*room, r.URL = text, text
	if u.From != nil {
		r.Page, r.ThirdParty = u.From.host, u.From.isThird(u.Host)
	}
	return r
}

// appendSome appends what is asked about of a part of a URL.
func appendSome(dst, part []byte) []byte {
	return append(dst, part[:max(0, min(len(part), maxListed-len(dst)))]...)
}

// anywhere is what may be fetched from a host of which a page says nothing else.
//
//nolint:gochecknoglobals // a table, never written to
var anywhere = [...]Destination{ToScript, ToImage, ToFetch, ToFrame}

// ask asks the lists of one purpose.
func (d *Decision) ask(i int, u *Reference, r blocklist.Request) (ruling EmbedRuling, met bool) {
	l := &d.policy.listed[i]
	r.Type = u.To.listType()
	v := blocklist.Verdict{}
	if u.To != ToAny {
		v = l.engine.Block(r)
	} else {
		for _, to := range anywhere {
			r.Type = to.listType()
			if v = l.engine.Block(r); v.Blocked {
				break
			}
		}
	}
	if !v.Blocked {
		return ruling, false
	}
	list := l.lists[v.List]
	verdict := &d.listing[i]
	return EmbedRuling{Recipient: list.ID, Allowed: verdict.Allowed, verdict: verdict, listed: listHit{list, int32(v.Line)}}, true
}

// listed answers for those whom the lists of a purpose name: nobody whom the policy declares.
func (q *question) listed(d *Decision, purpose string) Verdict {
	v := d.stored[purpose]
	if v.Allowed && q.policy.transfers.BlockUndeclared {
		return Verdict{false, "whom a list names is not declared by the policy", q.policy.transfers.UndeclaredAt}
	}
	if v.Allowed {
		v.Reason += "; whom a list names is not declared, and judged by purpose alone"
	}
	return v
}

// Stripped is what a list takes out of a query.
type Stripped struct {
	Pair   []byte // as the query writes it
	Ruling Ruling
}

// Listed says whether those whom the lists of a purpose name are let through, where no mark names them.
func (d *Decision) Listed(purpose string) Verdict {
	for i := range d.listing {
		if d.policy.listed[i].purpose == purpose {
			return d.listing[i]
		}
	}
	return Verdict{}
}

// Strips says that lists may take parameters out of queries, of this visitor or of others.
func (d *Decision) Strips() bool {
	for i := range d.listing {
		if d.policy.listed[i].engine.Strips() {
			return true
		}
	}
	return false
}

// Strip gives the parameters that lists take out of the URL of a page (removeparam), by the purposes that may not store.
// For anybody gives those of all purposes: what some visitor's URL may lose. Pairs are copies.
func (d *Decision) Strip(u Reference, anybody bool) (out []Stripped) {
	if !d.Strips() || len(u.Query) == 0 {
		return nil
	}
	var own Site
	own.Reset(u.Host)
	u.From = &own
	r := u.request(new([]byte))
	r.Type = blocklist.Document
	for i := range d.listing {
		if d.listing[i].Allowed && !anybody {
			continue
		}
		l := &d.policy.listed[i]
		v := l.engine.Strip(r)
		for _, pair := range v.Params {
			hit := EmbedRuling{verdict: &d.listing[i], listed: listHit{l.lists[v.List], int32(v.Line)}}
			out = append(out, Stripped{pair, hit.Ruling()})
		}
	}
	return out
}
