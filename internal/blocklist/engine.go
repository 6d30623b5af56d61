package blocklist

import (
	"bytes"
	"slices"
	"sync"
)

// Engine matches requests with the rules of lists. It is immutable and safe for concurrent use; its zero value has no
// rules. It keeps its lists, and about fourteen bytes a rule.
type Engine struct {
	lists  []*List
	starts []uint32 // the number of each list's first rule

	block, except, strip, spare index
	overrides                   bool // some rule that blocks is important
	pardons                     bool // some exception is
	letters                     *alphabet
	pool                        sync.Pool
}

// Verdict is what the lists say of a request. Its zero value is that they say nothing.
type Verdict struct {
	Blocked   bool
	Exception bool // a rule would have blocked, and an exception undid it
	List      int  // of the rule that decided, counted from zero
	Line      int  // likewise, counted from one; 0 where none did
	// Params are the parameters to remove, "name=value", as slices of the request's URL. A request that is blocked has
	// none. This slice alone is allocated, where there is something to remove.
	Params [][]byte
}

// NewLists makes an engine of lists, which it keeps. A badfilter rule of one takes the equal rules of all away.
func NewLists(lists []*List) *Engine {
	e := &Engine{lists: slices.Clone(lists), letters: newAlphabet()}
	bad := map[uint64]bool{}
	total := uint32(0)
	for _, l := range lists {
		e.starts = append(e.starts, total)
		total += uint32(len(l.rules))
		for i := range l.rules {
			if l.rules[i].flags&disabling != 0 {
				bad[l.identity(&l.rules[i])] = true
			}
		}
	}
	var block, except, strip, spare []uint32
	for number := range total {
		l, r := e.rule(number)
		switch {
		case r.flags&disabling != 0, len(bad) > 0 && bad[l.identity(r)]:
		case r.flags&(stripping|exception) == stripping|exception:
			spare = append(spare, number)
		case r.flags&stripping != 0:
			strip = append(strip, number)
		case r.flags&exception != 0:
			except = append(except, number)
			e.pardons = e.pardons || r.flags&important != 0
		default:
			block = append(block, number)
			e.overrides = e.overrides || r.flags&important != 0
		}
	}
	e.block, e.except, e.strip, e.spare = e.build(block), e.build(except), e.build(strip), e.build(spare)
	return e
}

// rule finds a rule by its number in the engine.
func (e *Engine) rule(number uint32) (*List, *rule) {
	i := len(e.starts) - 1
	for e.starts[i] > number {
		i--
	}
	return e.lists[i], &e.lists[i].rules[number-e.starts[i]]
}

// Match says what the lists say of a request: an important exception goes before an important rule that blocks, that
// before an exception, and an exception before other rules. Of several rules that come to the same, any may be named,
// always the same one. Time is linear in the URL for each rule that shares a key with it, and memory, which is pooled, is
// some six times the URL's.
func (e *Engine) Match(r Request) Verdict {
	if len(e.lists) == 0 {
		return Verdict{}
	}
	s := e.look(&r)
	v := e.decide(s)
	if !v.Blocked && len(e.strip.posts) > 0 {
		s.name(&r)
		v.Params = e.params(s)
	}
	e.forget(s)
	return v
}

// Block is Match for whoever has no use for Params. It allocates nothing.
func (e *Engine) Block(r Request) Verdict {
	if len(e.lists) == 0 {
		return Verdict{}
	}
	s := e.look(&r)
	v := e.decide(s)
	e.forget(s)
	return v
}

// Strips says that some rule removes parameters.
func (e *Engine) Strips() bool { return len(e.strip.posts) > 0 }

// Strip gives what is to be removed from a query, as Match does of a request that is not blocked, and names the rule of
// the first piece.
func (e *Engine) Strip(r Request) Verdict {
	if !e.Strips() {
		return Verdict{}
	}
	s := e.look(&r)
	s.name(&r)
	v := Verdict{Params: e.params(s)}
	if len(v.Params) > 0 {
		for _, number := range s.strip {
			if ok, _ := e.named([]uint32{number}, v.Params[0]); ok {
				v = e.verdict(number, v)
				break
			}
		}
	}
	e.forget(s)
	return v
}

func (e *Engine) look(r *Request) *sight {
	s, ok := e.pool.Get().(*sight)
	if !ok {
		s = &sight{}
	}
	s.set(r, e.letters)
	return s
}

func (e *Engine) forget(s *sight) {
	s.cased, s.query = nil, nil
	if cap(s.url) <= maxPooled {
		e.pool.Put(s)
	}
}

func (e *Engine) decide(s *sight) Verdict {
	e.block.gather(s)
	number, ok := e.search(&e.block, s, 0)
	if !ok {
		return Verdict{}
	}
	_, r := e.rule(number)
	wins := r.flags&important != 0
	if !wins && e.overrides {
		var other uint32
		if other, wins = e.search(&e.block, s, important); wins {
			number = other
		}
	}
	if !wins || e.pardons {
		e.except.gather(s)
		need := flags(0)
		if wins {
			need = important
		}
		if pardon, ok := e.search(&e.except, s, need); ok {
			return e.verdict(pardon, Verdict{Exception: true})
		}
	}
	return e.verdict(number, Verdict{Blocked: true})
}

func (e *Engine) verdict(number uint32, v Verdict) Verdict {
	_, r := e.rule(number)
	v.Line = int(r.line)
	for v.List = len(e.starts) - 1; e.starts[v.List] > number; {
		v.List--
	}
	return v
}

// search gives the first rule found that matches and has the flags.
func (e *Engine) search(ix *index, s *sight, need flags) (number uint32, ok bool) {
	for _, at := range s.found {
		for {
			post := ix.posts[at]
			number = post &^ last
			l, r := e.rule(number)
			if r.flags&need == need && l.matches(r, s) {
				return number, true
			}
			if at++; post&last != 0 {
				break
			}
		}
	}
	return 0, false
}

// searchAll gives all rules found that match.
func (e *Engine) searchAll(dst []uint32, ix *index, s *sight) []uint32 {
	ix.gather(s)
	for _, at := range s.found {
		for {
			post := ix.posts[at]
			if l, r := e.rule(post &^ last); l.matches(r, s) {
				dst = append(dst, post&^last)
			}
			if at++; post&last != 0 {
				break
			}
		}
	}
	slices.Sort(dst) // one that is kept under several domains may be found by more than one
	return slices.Compact(dst)
}

// params collects what is to be removed from the query.
func (e *Engine) params(s *sight) (pieces [][]byte) {
	if len(s.query) == 0 {
		return nil
	}
	s.strip = e.searchAll(s.strip[:0], &e.strip, s)
	if len(s.strip) == 0 {
		return nil
	}
	s.spare = e.searchAll(s.spare[:0], &e.spare, s)
	for query := s.query; len(query) > 0; {
		var piece []byte
		piece, query, _ = bytes.Cut(query, []byte{'&'})
		strip, weight := e.named(s.strip, piece)
		spare, pardon := e.named(s.spare, piece)
		if strip && (!spare || weight > pardon) && len(piece) > 0 {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// named says whether one of the rules names a parameter, and whether an important one does.
func (e *Engine) named(numbers []uint32, piece []byte) (ok bool, weight flags) {
	for _, number := range numbers {
		l, r := e.rule(number)
		if l.names(&l.extras[r.extra-1].param, piece) {
			ok, weight = true, max(weight, r.flags&important)
		}
	}
	return ok, weight
}
