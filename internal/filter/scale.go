package filter

import (
	"math"
	"strconv"

	"github.com/privet-gateway/privet/rules"
)

// scale is how coordinates lose precision: to the grids of a distance, or to a count of decimal places. It keeps what it
// worked out for the latest action, since the documents of a route have one distance.
type scale struct {
	action  rules.Action
	known   bool
	ok      bool // the grids exist
	north   grid
	east    grid   // of longitudes up to lowLatitude
	numbers []byte // room
	plain   []byte // room
}

// set makes it that of an action.
func (s *scale) set(a *rules.Action) {
	if s.known && s.action.Metres == a.Metres && s.action.ByDigits == a.ByDigits && s.action.Digits == a.Digits {
		return
	}
	s.action, s.known, s.ok = *a, true, true
	if a.ByDigits {
		s.north, s.east = grid{reach: latitude.reach()}, grid{reach: longitude.reach()}
		return
	}
	var ok bool
	s.north, s.ok = gridOf(a.Metres, latitude, 0)
	s.east, ok = gridOf(a.Metres, longitude, lowLatitude)
	s.ok = s.ok && ok
}

// eastAt is the grid of longitudes at a latitude.
func (s *scale) eastAt(degrees float64) grid {
	if s.action.ByDigits || math.Abs(degrees) <= lowLatitude {
		return s.east
	}
	g, _ := gridOf(s.action.Metres, longitude, degrees)
	return g
}

// snap moves one coordinate to a grid.
func (s *scale) snap(dst []byte, g grid, text []byte) ([]byte, bool) {
	if !s.ok {
		return dst, false
	}
	if !s.action.ByDigits {
		return g.snap(dst, text)
	}
	if d, ok := parseDecimal(text); !ok || !d.within(g.reach) {
		return dst, false
	}
	return roundDigits(dst, s.action.Digits, text)
}

// unnamed moves a coordinate of which nobody says whether it is a latitude: it may be either, and as a latitude it must
// not leave the poles behind.
func (s *scale) unnamed(dst, text []byte) ([]byte, bool) {
	if out, ok := s.snap(dst, s.careful(), text); ok {
		return out, true
	}
	return s.snap(dst, s.east, text)
}

// careful is the grid of latitudes where the number may as well be a longitude.
func (s *scale) careful() grid {
	g := s.east
	g.reach = latitude.reach()
	return g
}

// poleward is how far from the equator a latitude is once it is moved to a grid, 0 where it is none. What depends on it
// depends on the cell alone.
func (s *scale) poleward(g grid, text []byte) float64 {
	out, ok := s.snap(s.numbers[:0], g, text)
	s.numbers = out[:0]
	if !ok {
		return 0
	}
	degrees, err := strconv.ParseFloat(string(out), 64)
	if err != nil {
		return 0
	}
	return math.Abs(degrees)
}
