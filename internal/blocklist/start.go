package blocklist

// Start is what the requests of one page to one host have in common, read once: pages fetch most of what they fetch from
// their own host. It is of one engine, and not safe for concurrent use. Its zero value tells nothing.
type Start struct {
	sight sight
	size  int      // of the URL up to its path
	own   []uint32 // keys of rules that may match whatever the path
	ready bool
}

// Begin reads what the requests to a host have in common. The request's URL ends where its path begins.
func (e *Engine) Begin(st *Start, r Request) {
	s := &st.sight
	// A dot behind a host is left out when rules are compared; what goes on would stand elsewhere.
	st.own, st.ready = st.own[:0], len(e.lists) > 0 && r.HostEnd > 0 && r.HostEnd <= len(r.URL) && r.URL[r.HostEnd-1] != '.'
	if !st.ready {
		return
	}
	s.set(&r, e.letters)
	s.cased, st.size = nil, len(s.url)
	e.block.gather(s)
	for _, at := range s.found {
		if e.mayMatch(at, s) {
			st.own = append(st.own, at)
		}
	}
}

// mayMatch says that some rule of a key may match, as far as page and host tell.
func (e *Engine) mayMatch(at uint32, s *sight) bool {
	for {
		post := e.block.posts[at]
		if l, r := e.rule(post &^ last); l.mayMatch(r, s) {
			return true
		}
		if at++; post&last != 0 {
			return false
		}
	}
}

// mayMatch compares a rule with what is known without a path.
func (l *List) mayMatch(r *rule, s *sight) bool {
	if !r.party(s) {
		return false
	}
	if r.extra == 0 {
		return true
	}
	x := &l.extras[r.extra-1]
	return (x.from.end == 0 || l.includes(x.from, &s.page)) && (x.to.end == 0 || l.includes(x.to, &s.host)) &&
		(x.deny.end == 0 || !l.includes(x.deny, &s.host))
}

// Quiet says at a glance that no rule blocks a request of a type whose URL goes on behind a start, with a path and perhaps
// a query. Where it does not say so, Block tells. It takes some two nanoseconds a byte of what goes on.
func (e *Engine) Quiet(st *Start, url []byte, t Type) bool {
	if !st.ready {
		return false
	}
	if len(e.block.posts) == 0 {
		return true
	}
	if e.wake(st, url[min(st.size, len(url)):]); len(st.sight.found) == 0 {
		return true
	}
	s := &st.sight
	s.cased, s.types = url, t
	_, met := e.search(&e.block, s, 0)
	s.cased = nil
	return !met
}

// wake gathers the keys in the rest of a URL, and across its beginning.
func (e *Engine) wake(st *Start, rest []byte) {
	s, ix := &st.sight, &e.block
	s.found, s.url = append(s.found[:0], st.own...), s.url[:st.size]
	four := uint32(0)
	for _, c := range s.url[max(0, st.size-3):] {
		four = four>>8 | uint32(c)<<24
	}
	h, size := uint32(hashStart), 0
	for _, c := range rest {
		letter := e.letters[c]
		if letter != 0 {
			h = hashToken(h, letter)
			size++
		} else {
			letter = c
			if size > 0 && ix.tokens.has(h*spread) {
				s.add(ix.find(tokenKey.mix(h)))
			}
			h, size = hashStart, 0
		}
		s.url = append(s.url, letter)
		four = four>>8 | uint32(letter)<<24
		if ix.grams.has(four * spread) {
			s.add(ix.find(gramKey.mix(four)))
		}
	}
	if size > 0 && ix.tokens.has(h*spread) {
		s.add(ix.find(tokenKey.mix(h)))
	}
}
