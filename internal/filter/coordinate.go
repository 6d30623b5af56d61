package filter

import "bytes"

// meaning is what the name of a member says of its value.
type meaning uint8

const (
	meansNothing meaning = iota
	meansLatitude
	meansLongitude
	meansPlace   // a position, or several; or text that is one
	meansBox     // two positions
	meansGeohash // text
)

func (p *places) meaningOf(quoted []byte) meaning {
	p.name = unquote(p.name[:0], quoted)
	return meaningOf(p.name)
}

func meaningOf(name []byte) meaning {
	switch {
	case isGeohash(name):
		return meansGeohash
	case isPlaceName(name):
		return meansPlace
	case endsInWord(name, "bbox"):
		return meansBox
	case axisOf(name) == latitude:
		return meansLatitude
	case isLongitude(name):
		return meansLongitude
	default:
		return meansNothing
	}
}

// placeNames are how members are called that hold pairs of coordinates.
//
//nolint:gochecknoglobals // a table, never written to
var placeNames = [...]string{
	"coordinates", "coordinate", "coords", "coord", "position", "positions", "location", "locations", "geolocation",
	"point", "points", "geopoint", "geo", "latlng", "latlon", "lnglat", "lonlat", "lat_lng", "lat_lon", "lng_lat", "lon_lat",
	"ll", "gps", "center", "centre", "centroid", "path", "track", "waypoint", "waypoints",
}

func isPlaceName(name []byte) bool {
	for _, word := range placeNames {
		if endsInWord(name, word) {
			return true
		}
	}
	return false
}

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
