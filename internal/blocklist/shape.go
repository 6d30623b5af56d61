package blocklist

// shapes are URL marks of any host, of which each URL of a page may be one. They are found by what their paths end in or,
// where that is open, by what they begin with.
type shapes struct {
	glance Glance
	tails  map[[edge]byte][]target
	heads  map[[edge]byte][]target
	rest   []target // whose literals at both ends are shorter
}

// edge is how many bytes of a path's end, or of its beginning, tell most paths from those of marks.
const edge = 4

// Glance tells at two bytes of a path that no mark of any host can match it: Starts by the byte behind its first slash,
// Ends by its last one. Where both say no, and the path is written plainly, Disguised need not be asked.
type Glance struct {
	Starts, Ends [256]bool
}

func shapesOf(targets []target) shapes {
	weigh(targets)
	s := shapes{tails: map[[edge]byte][]target{}, heads: map[[edge]byte][]target{}}
	for _, t := range targets {
		first, last := t.path.parts[0], t.path.parts[len(t.path.parts)-1]
		switch {
		case len(last) >= edge:
			s.glance.Ends[last[len(last)-1]] = true
			k := [edge]byte(last[len(last)-edge:])
			s.tails[k] = append(s.tails[k], t)
		case len(first) >= edge:
			s.glance.Starts[first[1]] = true
			k := [edge]byte(first)
			s.heads[k] = append(s.heads[k], t)
		default:
			s.rest = append(s.rest, t)
			for c := range s.glance.Ends {
				s.glance.Ends[c] = s.glance.Ends[c] || len(last) == 0 || byte(c) == last[len(last)-1]
			}
		}
	}
	return s
}

func (s *shapes) find(path, query []byte) []int {
	if n := len(path); n > 1 && path[n-1] == '/' {
		path = path[:n-1]
	}
	if len(path) < 2 {
		return nil
	}
	if s.glance.Ends[path[len(path)-1]] {
		if len(path) >= edge {
			if owners := first(s.tails[[edge]byte(path[len(path)-edge:])], path, query); owners != nil {
				return owners
			}
		}
		if owners := first(s.rest, path, query); owners != nil {
			return owners
		}
	}
	if s.glance.Starts[path[1]] && len(path) >= edge {
		return first(s.heads[[edge]byte(path)], path, query)
	}
	return nil
}
