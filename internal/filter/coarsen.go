package filter

import (
	"math"
	"strconv"
)

// metresPerDegree is a degree of latitude on the mean sphere.
const metresPerDegree = 111_200

const (
	// lowLatitude is how far from the equator a longitude is taken to be whose latitude is not known: up to there cells
	// are at least the distance wide. A pair's grid does not narrow below it either, so that a longitude that comes
	// once alone and once in a pair is not cut by two grids.
	lowLatitude = 70
	// highLatitude keeps the grid of longitudes finite at the poles.
	highLatitude = 89
)

// finestPlace and coarsestPlace bound the powers of ten of a grid, so that 180 degrees fit into 64 bits.
const (
	finestPlace   = -12
	coarsestPlace = 3
)

// axis is the coordinate that a number is. The zero axis is the coarser one.
type axis uint8

const (
	longitude axis = iota // or not known
	latitude
)

// reach is the largest magnitude of a coordinate in degrees.
func (x axis) reach() uint64 {
	if x == latitude {
		return 90
	}
	return 180
}

// grid is where coordinates may lie: the multiples of unit·10^place within reach.
type grid struct {
	unit  uint64 // 1, 2 or 5
	place int64
	reach uint64
}

// gridOf is the grid of a distance: its degrees, made up to the next of 1, 2 or 5 times a power of ten. For longitudes
// it is the grid at a latitude.
func gridOf(metres float64, x axis, at float64) (grid, bool) {
	degrees := metres / metresPerDegree
	if x == longitude {
		at = min(max(math.Abs(at), lowLatitude), highLatitude)
		degrees /= math.Cos(at * math.Pi / 180)
	}
	if !(degrees > 0) || math.IsInf(degrees, 1) {
		return grid{}, false
	}
	place := min(max(math.Floor(math.Log10(degrees)), finestPlace), coarsestPlace)
	// A distance that is a step but for its last binary digit is that step.
	leading := degrees / math.Pow(10, place) * (1 - 1e-9)
	g := grid{unit: 1, place: int64(place), reach: x.reach()}
	switch {
	case leading <= 1:
	case leading <= 2:
		g.unit = 2
	case leading <= 5:
		g.unit = 5
	default:
		g.place++
	}
	return g, true
}

// snap moves a number to the nearest multiple, half away from zero, and never beyond the last multiple within reach.
// What is no coordinate does not fit. The arithmetic is exact, so a multiple stays where it is.
func (g grid) snap(dst, text []byte) ([]byte, bool) {
	d, ok := parseDecimal(text)
	if !ok {
		return dst, false
	}
	whole, next, ok := g.count(&d)
	if !ok {
		return dst, false
	}
	multiple := whole - whole%g.unit
	twice := whole % g.unit * 2
	if next >= 5 {
		twice++
	}
	if twice >= g.unit && multiple+g.unit <= g.limit() {
		multiple += g.unit
	}
	if d.negative && multiple > 0 {
		dst = append(dst, '-')
	}
	return g.write(dst, multiple), true
}

// count is a magnitude in whole 10^place, with the digit behind those; ok is false beyond reach.
func (g grid) count(d *decimal) (whole uint64, next byte, ok bool) {
	if mantissa, decimals, small := d.small(); small {
		return g.countSmall(mantissa, decimals)
	}
	if !d.within(g.reach) {
		return 0, 0, false
	}
	for place := int64(2); place >= g.place; place-- {
		whole = whole*10 + uint64(d.digit(place))
	}
	return whole, d.digit(g.place - 1), true
}

// countSmall is count for nearly all coordinates: those whose digits fit into 64 bits.
func (g grid) countSmall(mantissa uint64, decimals int64) (whole uint64, next byte, ok bool) {
	if mantissa > g.reach*tens[decimals] {
		return 0, 0, false
	}
	behind := decimals + g.place // digits that the grid does not show
	if behind <= 0 {
		return mantissa * tens[-behind], 0, true
	}
	shown := mantissa / tens[behind-1]
	return shown / 10, byte(shown % 10), true
}

// limit is reach counted in 10^place.
func (g grid) limit() uint64 {
	limit := g.reach
	for place := g.place; place < 0; place++ {
		limit *= 10
	}
	for place := g.place; place > 0; place-- {
		limit /= 10
	}
	return limit
}

// write gives the decimals of the grid, no more and no fewer.
func (g grid) write(dst []byte, multiple uint64) []byte {
	start := len(dst)
	dst = strconv.AppendUint(dst, multiple, 10)
	if multiple > 0 {
		for place := g.place; place > 0; place-- {
			dst = append(dst, '0')
		}
	}
	if g.place >= 0 {
		return dst
	}
	decimals := int(-g.place)
	for len(dst)-start <= decimals {
		dst = append(dst, 0)
		copy(dst[start+1:], dst[start:])
		dst[start] = '0'
	}
	point := len(dst) - decimals
	dst = append(dst, 0)
	copy(dst[point+1:], dst[point:])
	dst[point] = '.'
	return dst
}

// within says that a magnitude is at most limit, which has up to three digits.
func (d *decimal) within(limit uint64) bool {
	top, ok := d.top()
	if !ok {
		return true
	}
	if top > 2 {
		return false
	}
	var whole uint64
	for place := int64(2); place >= 0; place-- {
		whole = whole*10 + uint64(d.digit(place))
	}
	if whole != limit {
		return whole < limit
	}
	for place := int64(-1); place >= d.bottom(); place-- {
		if d.digit(place) != 0 {
			return false
		}
	}
	return true
}
