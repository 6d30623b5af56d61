package blocklist

// shapes are URL marks of any host, of which each URL of a page may be one. They are found by what their paths end in.
type shapes struct {
	last  [256]bool // what paths of marks may end in
	tails map[[tail]byte][]target
	rest  []target // whose last literal is shorter
}

// tail is how many bytes of a path's end tell most paths from those of marks.
const tail = 4

func shapesOf(targets []target) shapes {
	weigh(targets)
	s := shapes{tails: map[[tail]byte][]target{}}
	for _, t := range targets {
		last := t.path.parts[len(t.path.parts)-1]
		for c := range s.last {
			s.last[c] = s.last[c] || len(last) == 0 || byte(c) == last[len(last)-1]
		}
		if len(last) < tail {
			s.rest = append(s.rest, t)
			continue
		}
		key := [tail]byte(last[len(last)-tail:])
		s.tails[key] = append(s.tails[key], t)
	}
	return s
}

func (s *shapes) find(path, query []byte) []int {
	if n := len(path); n > 0 && path[n-1] == '/' {
		path = path[:n-1]
	}
	if len(path) == 0 || !s.last[path[len(path)-1]] {
		return nil
	}
	if len(path) >= tail {
		if owners := first(s.tails[[tail]byte(path[len(path)-tail:])], path, query); owners != nil {
			return owners
		}
	}
	return first(s.rest, path, query)
}
