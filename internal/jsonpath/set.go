package jsonpath

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
)

// maxWeight bounds what one Set caches, counted in positions, states and marks of states: some megabytes at most.
const maxWeight = 1 << 16

// Set is many paths joined in one automaton. It is safe for concurrent use.
type Set struct {
	paths   []Path
	start   *state
	longest int  // bytes of the longest name in the paths
	queries int  // in filters
	rooted  bool // some filter asks for the whole document
	strict  bool // what no path names is selected too,
	naming  int  // the paths below this number name
	root    *Names
	numbers map[*Names]uint32 // of the nodes below root

	mu     sync.Mutex
	states map[string]*state
	weight int
}

// Compile joins paths; path i is known as i from here on. A zero Path selects nothing.
func Compile(paths []Path) *Set {
	return compileSet(&Set{paths: slices.Clone(paths)})
}

// CompileStrict is Compile for those who let out only what is named. Besides the paths, two more numbers select each
// place that none of the first naming paths selects and that lies in no place which one of them selects: len(paths) where
// no path can select anything inside, and len(paths)+1 where one may. A Visitor can so remove the former and descend into the latter.
// The paths behind the first naming ones select as ever, and name nothing.
func CompileStrict(paths []Path, naming int) *Set {
	return compileSet(&Set{paths: slices.Clone(paths), strict: true, naming: naming})
}

func compileSet(set *Set) *Set {
	set.states = map[string]*state{}
	for _, p := range set.paths {
		set.longest = max(set.longest, p.longestName())
		set.countQueries(p)
	}
	set.begin()
	return set
}

// begin finds the state of the document.
func (set *Set) begin() {
	var first []position
	for i, p := range set.paths {
		if p.text != "" {
			first = append(first, position{path: int32(i)})
		}
	}
	set.start = set.state(first, setting{unnamed: set.strict, names: set.root})
}

// setting is what a state knows beside its positions.
type setting struct {
	unnamed bool   // of a strict set: the place lies in no place that a path names
	names   *Names // of the members inside the place
}

// state gives the one state of these positions in this setting, or a fresh one where the cache is full.
func (set *Set) state(positions []position, in setting) *state {
	if len(positions) == 0 {
		in.names = nil
	}
	// Neither what is unnamed nor a node makes a key as long as one more position would.
	key := make([]byte, 0, 8*len(positions)+8)
	for _, at := range positions {
		key = binary.LittleEndian.AppendUint32(key, uint32(at.path))
		key = binary.LittleEndian.AppendUint32(key, uint32(at.segment))
	}
	if in.unnamed {
		key = append(key, 1)
	}
	if in.names != nil {
		key = binary.LittleEndian.AppendUint32(key, set.numbers[in.names])
	}
	set.mu.Lock()
	known, ok := set.states[string(key)]
	set.mu.Unlock()
	if ok {
		return known
	}
	st := &state{set: set, setting: in}
	st.divide(positions)
	st.findRest()
	weight := len(positions) + 1
	if in.names != nil {
		weight += len(in.names.Of)
	}
	if !set.charge(weight) {
		st.sieve, st.longest = ^uint64(0), set.longest
		return st
	}
	st.prepare()
	set.mu.Lock()
	defer set.mu.Unlock()
	if known, ok = set.states[string(key)]; ok {
		set.weight -= weight
		return known
	}
	set.states[string(key)] = st
	return st
}

// charge reports whether the cache has room for this weight, which it then takes.
func (set *Set) charge(weight int) bool {
	set.mu.Lock()
	defer set.mu.Unlock()
	if set.weight+weight > maxWeight {
		return false
	}
	set.weight += weight
	return true
}

// divide sets apart the paths that select the place from the positions that go on.
func (st *state) divide(positions []position) {
	st.dead = true
	st.accept = []int{}
	if slices.ContainsFunc(positions, func(at position) bool { return at.segment < 0 }) {
		st.all = positions
	}
	for _, at := range positions {
		segments := st.set.paths[at.path].segments
		if at.segment < 0 {
			st.await(at.path, &segments[^at.segment])
			continue
		}
		if int(at.segment) == len(segments) {
			st.selectedBy(at.path)
			continue
		}
		st.dead = false
		st.positions = append(st.positions, at)
		object, array := segments[at.segment].reaches()
		st.leadsObject, st.leadsArray = st.leadsObject || object, st.leadsArray || array
		st.careful = st.careful || int(at.segment)+1 == len(segments) || segments[at.segment].filtered()
		st.measured = st.measured || needsLength(&segments[at.segment])
	}
}

// selectedBy notes a path that selects the place, or may do so.
func (st *state) selectedBy(path int32) {
	if n := len(st.accept); n == 0 || st.accept[n-1] != int(path) {
		st.accept = append(st.accept, int(path))
	}
}

// prepare lists the names and tests that tell the children of the place apart.
func (st *state) prepare() {
	st.cached = true
	st.last = -1
	known := map[string]int{}
	for _, at := range st.positions {
		selectors := st.set.paths[at.path].segments[at.segment].selectors
		for n := range selectors {
			s := &selectors[n]
			switch {
			case s.indexed():
				st.tests = append(st.tests, s)
				st.last = max(st.last, s.last())
			case s.kind == selectName:
				st.tellApart(s.name, known)
			}
		}
	}
	if st.setting.names != nil {
		for name := range st.setting.names.Of {
			st.tellApart(name, known)
		}
	}
	if st.measured {
		st.last = unknownLength
	}
	st.byName = make([]atomic.Pointer[state], len(st.names))
	if len(st.names) > fewNames {
		st.numbers = known
	}
}

// tellApart lists a name, once.
func (st *state) tellApart(name string, known map[string]int) {
	if _, seen := known[name]; seen {
		return
	}
	known[name] = len(st.names)
	st.names = append(st.names, name)
	st.sieve |= sieveOf(name)
	st.longest = max(st.longest, len(name))
}

// sieveOf takes an empty name for its quotes, as the loop over the bytes does.
func sieveOf(name string) uint64 {
	if name == "" {
		return sieveBit(0, '"', '"')
	}
	return sieveBit(len(name), name[0], name[len(name)-1])
}
