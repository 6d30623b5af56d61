package guard

import (
	"strconv"
	"strings"
)

// Nowhere is the host to which held requests are sent instead, on a port that no browser connects to.
const Nowhere = "held.invalid"

// Types is the name of the guard's policy of trusted types, which it makes as it starts.
const Types = "privet"

// Script is the guard of one policy. It is immutable and safe for concurrent use.
type Script struct {
	parties, purposes int
	guard             Asset
	stale             Asset
	second            Asset
	lists             []*List
	assets            []Asset
}

// Known is what a guard can hold back. Those who are not held are in it, too.
type Known struct {
	Parties  []Party // the policy's own before the catalogue's
	Purposes []Purpose
	Lists    []*List
}

// New makes the guard that knows these. It fails where a mark or a cookie's name is not well formed.
func New(known Known) (*Script, error) {
	lines, own, err := marksOf(known.Parties)
	if err != nil {
		return nil, err
	}
	s := &Script{parties: len(known.Parties), purposes: len(known.Purposes), lists: known.Lists}
	if s.second, err = second(known.Parties, known.Purposes); err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("(()=>{\"use strict\"\nconst own=" + strconv.Itoa(own) + ",marks=" + literal(lines) + "\n")
	for _, name := range []string{"marks.js", "wrap.js", "element.js", "window.js"} {
		b.WriteString(part(name))
	}
	b.WriteString("})()\n")
	s.guard = newAsset("guard", b.String())
	const bit, all = "const isHeld=party=>parseInt(bits[party>>2],16)>>party%4&1\n", "const isHeld=party=>1\n"
	s.stale = newAsset("guard", strings.Replace(b.String(), bit, all, 1))
	s.assets = []Asset{s.guard, s.second}
	for _, list := range known.Lists {
		s.assets = append(s.assets, list.assets...)
	}
	return s, nil
}

// Assets are the files that the tags name. They are the same for every visitor.
func (s *Script) Assets() []Asset { return s.assets }

// Stale is the guard for a page that asks for another one by its name, as from before a change of policy. The numbers in
// its attribute are of that other one's parties, so it holds back everybody.
func (s *Script) Stale() Asset { return s.stale }
