package filter

import (
	"bytes"
	"math"
)

const (
	geohashAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
	longestGeohash  = 32
)

// isGeohash says that a name is that of a geohash: by its letters alone one cannot be told from a word.
func isGeohash(name []byte) bool {
	return endsInWord(name, "geohash") || endsInWord(name, "geo_hash")
}

// geohash cuts a geohash to the longest beginning whose cell is at no point smaller than the distance, in either
// direction.
func (s *scale) geohash(dst, text []byte) ([]byte, bool) {
	if s.action.ByDigits || !s.ok || len(text) > longestGeohash {
		return dst, false
	}
	south, north, width := -90.0, 90.0, 360.0
	fits := 0
	east := true // bits of the longitude and latitude take turns
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		value := bytes.IndexByte([]byte(geohashAlphabet), c)
		if value < 0 {
			return dst, false
		}
		for bit := 4; bit >= 0; bit-- {
			switch middle := (south + north) / 2; {
			case east:
				width /= 2
			case value>>bit&1 == 1:
				south = middle
			default:
				north = middle
			}
			east = !east
		}
		edge := min(max(math.Abs(south), math.Abs(north)), highLatitude)
		narrow := width * metresPerDegree * math.Cos(edge*math.Pi/180)
		if (north-south)*metresPerDegree >= s.action.Metres && narrow >= s.action.Metres {
			fits = i + 1
		}
	}
	return append(dst, text[:fits]...), fits > 0
}
