package filter

import (
	"bytes"
	"math"
	"strconv"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// axisOf tells a latitude by its member's name. A longitude needs no name: whatever is not known to be a latitude goes
// to its grid, which is the coarser.
func axisOf(name []byte) axis {
	if endsInWord(name, "lat") || endsInWord(name, "latitude") {
		return latitude
	}
	return longitude
}

func isLongitude(name []byte) bool {
	return endsInWord(name, "lon") || endsInWord(name, "lng") || endsInWord(name, "long") || endsInWord(name, "longitude")
}

// endsInWord finds "lat" in lat, LAT, geo_lat, geo:lat and homeLat, and not in flat.
func endsInWord(name []byte, word string) bool {
	head := len(name) - len(word)
	if head < 0 || !bytes.EqualFold(name[head:], []byte(word)) {
		return false
	}
	if head == 0 {
		return true
	}
	before, first := name[head-1], name[head]
	if isLetter(before) {
		return 'a' <= before && before <= 'z' && 'A' <= first && first <= 'Z'
	}
	return before < 0x80
}

func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }

// coarsenPosition moves a position (GeoJSON, RFC 7946 3.1.1). Both numbers go to the coarser grid, as others write the
// latitude first; beyond lowLatitude cells are therefore narrower than the distance. The altitude is left out.
func coarsenPosition(dst []byte, metres float64, raw []byte) ([]byte, bool) {
	if n := lengthOf(raw); n != 2 && n != 3 {
		return dst, false
	}
	g, ok := gridOf(metres, longitude, lowLatitude)
	if !ok {
		return dst, false
	}
	c := childrenOf(raw)
	dst = append(dst, '[')
	for i := 0; ; i++ {
		_, value, more := c.next()
		if !more {
			return append(dst, ']'), true
		}
		if kindIn(value) != jsonpath.Number {
			return dst, false
		}
		if i >= 2 {
			continue
		}
		if i == 1 {
			dst = append(dst, ',')
		}
		if dst, ok = g.snap(dst, value); !ok {
			return dst, false
		}
	}
}

// coarsenMembers keeps of an object its coordinates, moved to their grids: what else stands beside a place, such as an
// address, would name it again.
func coarsenMembers(dst []byte, metres float64, raw []byte) ([]byte, bool) {
	north, ok := gridOf(metres, latitude, 0)
	if !ok {
		return dst, false
	}
	east, ok := gridOf(metres, longitude, northernmost(north, raw))
	if !ok {
		return dst, false
	}
	start := len(dst)
	dst = append(dst, '{')
	var room [64]byte
	c := childrenOf(raw)
	for {
		quoted, value, more := c.next()
		if !more {
			return append(dst, '}'), len(dst) > start+1
		}
		g, named := north, true
		switch name := unquote(room[:0], quoted); {
		case axisOf(name) == latitude:
		case isLongitude(name):
			g = east
		default:
			named = false
		}
		if !named || kindIn(value) != jsonpath.Number {
			continue
		}
		before := len(dst)
		if before > start+1 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, quoted...), ':')
		if dst, ok = g.snap(dst, value); !ok {
			dst = dst[:before]
		}
	}
}

// northernmost is the largest magnitude of the coarsened latitudes in an object. The coarsened ones count, so that
// coarsening again finds the same grid.
func northernmost(g grid, raw []byte) (most float64) {
	var names, numbers [64]byte
	c := childrenOf(raw)
	for {
		quoted, value, more := c.next()
		if !more {
			return most
		}
		if axisOf(unquote(names[:0], quoted)) != latitude || kindIn(value) != jsonpath.Number {
			continue
		}
		snapped, ok := g.snap(numbers[:0], value)
		if !ok {
			continue
		}
		degrees, err := strconv.ParseFloat(string(snapped), 64)
		if err == nil {
			most = max(most, math.Abs(degrees))
		}
	}
}
