package filter

import "github.com/privet-gateway/privet/internal/jsonpath"

// maxPlaces is how deep places may stand in one another: a collection of features of geometries of polygons takes ten.
const maxPlaces = 16

// places coarsens JSON values that hold places: pairs of named coordinates, positions, GeoJSON, and texts.
type places struct {
	scale

	name []byte // room
	text []byte // room
}

// surroundings are what is known of a value before it is read.
type surroundings struct {
	means meaning // by the name of the member it is
	geo   bool    // inside of GeoJSON, which puts the longitude first (RFC 7946 3.1.1)
	depth int
}

// top coarsens a value that is labelled: whatever its name, it is said to be a place.
func (p *places) top(dst []byte, v valueOf) ([]byte, bool) {
	if !p.ok {
		return dst, false
	}
	as := meaningOf(v.name)
	if as != meansBox && as != meansGeohash {
		as = meansPlace
	}
	dst, n := p.value(dst, v.raw, surroundings{means: as})
	return dst, n >= 0
}

// value coarsens a value. n is how many coordinates came out of it; -1 where it is no place.
func (p *places) value(dst []byte, raw []byte, in surroundings) (out []byte, n int) {
	if in.depth++; in.depth > maxPlaces {
		return dst, -1
	}
	switch kindIn(raw) {
	case jsonpath.Array:
		return p.array(dst, raw, in)
	case jsonpath.Object:
		if content := p.contentOf(raw); content != "" {
			return p.geoJSON(dst, raw, content, in.depth)
		}
		return p.members(dst, raw, in.depth)
	case jsonpath.String:
		return p.string(dst, raw, in.means)
	default:
		return dst, -1
	}
}

// array coarsens a position, a bounding box, or a list of places, all of which must be some.
func (p *places) array(dst []byte, raw []byte, in surroundings) (out []byte, n int) {
	first := childrenOf(raw)
	if _, value, ok := first.next(); ok && kindIn(value) == jsonpath.Number {
		return p.numbers(dst, raw, in)
	}
	c := childrenOf(raw)
	dst = append(dst, '[')
	for i := 0; ; i++ {
		_, value, more := c.next()
		if !more {
			return append(dst, ']'), n
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		var found int
		if dst, found = p.value(dst, value, in); found < 0 {
			return dst, -1
		}
		n += found
	}
}

// string coarsens a place that is written as text; a single coordinate is one only under its own name.
func (p *places) string(dst []byte, raw []byte, as meaning) (out []byte, n int) {
	p.text = unquote(p.text[:0], raw)
	start := len(dst)
	dst = append(dst, '"')
	var ok bool
	switch as {
	case meansGeohash:
		dst, ok = p.geohash(dst, p.text)
	case meansPlace:
		if _, number := parseDecimal(p.text); number {
			return dst[:start], -1
		}
		dst, ok = p.point(dst, nil, p.text)
	default:
	}
	if !ok {
		return dst[:start], -1
	}
	return append(dst, '"'), 1
}

// members keeps of an object what is a place: what else stands beside one, such as an address, would name it again.
func (p *places) members(dst []byte, raw []byte, depth int) (out []byte, n int) {
	start := len(dst)
	dst = append(dst, '{')
	east := p.eastAt(p.northernmost(raw))
	c := childrenOf(raw)
	for {
		quoted, value, more := c.next()
		if !more {
			if n == 0 {
				return dst[:start], -1
			}
			return append(dst, '}'), n
		}
		before := len(dst)
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, quoted...), ':')
		var found int
		switch as := p.meaningOf(quoted); as {
		case meansLatitude:
			dst, found = p.coordinate(dst, p.north, value)
		case meansLongitude:
			dst, found = p.coordinate(dst, east, value)
		default:
			dst, found = p.value(dst, value, surroundings{means: as, depth: depth})
		}
		if found <= 0 {
			dst = dst[:before]
			continue
		}
		n += found
	}
}

// coordinate moves a number, or one in a string, to a grid.
func (p *places) coordinate(dst []byte, g grid, raw []byte) (out []byte, n int) {
	number, quoted := bare(raw)
	start := len(dst)
	if quoted {
		dst = append(dst, '"')
	}
	dst, ok := p.snap(dst, g, number)
	if !ok {
		return dst[:start], -1
	}
	if quoted {
		dst = append(dst, '"')
	}
	return dst, 1
}

// bare is what stands between the quotes of a string; a number that is escaped in it is none.
func bare(raw []byte) (text []byte, quoted bool) {
	if kindIn(raw) == jsonpath.String && len(raw) >= len(`""`) {
		return raw[1 : len(raw)-1], true
	}
	return raw, false
}

// northernmost is the largest magnitude of the latitudes in an object.
func (p *places) northernmost(raw []byte) (most float64) {
	c := childrenOf(raw)
	for {
		quoted, value, more := c.next()
		if !more {
			return most
		}
		if p.meaningOf(quoted) == meansLatitude {
			number, _ := bare(value)
			most = max(most, p.poleward(p.north, number))
		}
	}
}
