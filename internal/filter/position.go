package filter

import "github.com/privet-gateway/privet/internal/jsonpath"

// numbers coarsens a position, of two or three numbers, or a bounding box of four or six, whose corners are positions.
// Altitudes are left out. Both numbers go to the grid of longitudes, as many write the latitude first, in GeoJSON, too;
// what is GeoJSON gets the wider grid near the poles, since there the second is the latitude.
func (p *places) numbers(dst []byte, raw []byte, in surroundings) (out []byte, n int) {
	var all [6][]byte
	length := 0
	c := childrenOf(raw)
	for {
		_, value, more := c.next()
		if !more {
			break
		}
		if length == len(all) || kindIn(value) != jsonpath.Number {
			return dst, -1
		}
		all[length] = value
		length++
	}
	size, corners := length, 1
	switch {
	case in.means == meansBox:
		size, corners = length/2, 2
	case in.means != meansPlace:
		return dst, -1
	}
	if size*corners != length || size != 2 && size != 3 {
		return dst, -1
	}
	east := p.east
	if in.geo {
		most := 0.0
		for i := range corners {
			most = max(most, p.poleward(p.careful(), all[i*size+1]))
		}
		east = p.eastAt(most)
	}
	start := len(dst)
	dst = append(dst, '[')
	for i := range corners {
		if i > 0 {
			dst = append(dst, ',')
		}
		first, second := all[i*size], all[i*size+1]
		var ok bool
		if dst, ok = p.position(dst, east, first, second, in.geo); !ok {
			return dst[:start], -1
		}
	}
	return append(dst, ']'), 2 * corners
}

// position writes two numbers, moved to their grids.
func (p *places) position(dst []byte, east grid, first, second []byte, geo bool) ([]byte, bool) {
	if !geo {
		if !p.isPlace(first, second) {
			return dst, false
		}
		dst, ok := p.unnamed(dst, first)
		if !ok {
			return dst, false
		}
		return p.unnamed(append(dst, ','), second)
	}
	dst, ok := p.snap(dst, east, first)
	if !ok {
		return dst, false
	}
	return p.snap(append(dst, ','), p.careful(), second)
}
