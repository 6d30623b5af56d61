package filter

import "github.com/privet-gateway/privet/internal/jsonpath"

// contentOf names the member in which GeoJSON (RFC 7946) of an object's type has its places; "" where the object is none,
// or lacks that member.
func (p *places) contentOf(raw []byte) string {
	content := ""
	c := childrenOf(raw)
	for {
		quoted, value, more := c.next()
		if !more {
			break
		}
		if p.isNamed(quoted, "type") {
			content = p.contentOfType(value)
		}
	}
	if content == "" {
		return ""
	}
	c = childrenOf(raw)
	for {
		quoted, _, more := c.next()
		if !more {
			return ""
		}
		if p.isNamed(quoted, content) {
			return content
		}
	}
}

func (p *places) contentOfType(raw []byte) string {
	if kindIn(raw) != jsonpath.String {
		return ""
	}
	p.text = unquote(p.text[:0], raw)
	switch string(p.text) {
	case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon":
		return "coordinates"
	case "GeometryCollection":
		return "geometries"
	case "Feature":
		return "geometry"
	case "FeatureCollection":
		return "features"
	default:
		return ""
	}
}

func (p *places) isNamed(quoted []byte, name string) bool {
	p.name = unquote(p.name[:0], quoted)
	return string(p.name) == name
}

// geoJSON keeps of an object its type, its places and its bounding box, all of which must be such. A feature must have
// properties; they become null.
func (p *places) geoJSON(dst []byte, raw []byte, content string, depth int) (out []byte, n int) {
	in := surroundings{geo: true, depth: depth}
	start := len(dst)
	dst = append(dst, '{')
	c := childrenOf(raw)
	for {
		quoted, value, more := c.next()
		if !more {
			return append(dst, '}'), n
		}
		before := len(dst)
		if before > start+1 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, quoted...), ':')
		found := 0
		p.name = unquote(p.name[:0], quoted)
		switch name := string(p.name); {
		case name == "type" && p.contentOfType(value) != "":
			dst = append(dst, value...)
		case name == content:
			dst, found = p.content(dst, value, in, content)
		case name == "bbox" && kindIn(value) == jsonpath.Array:
			in.means = meansBox
			dst, found = p.value(dst, value, in)
		case name == "properties" && content == "geometry":
			dst = append(dst, "null"...)
		default:
			dst = dst[:before]
		}
		if found < 0 {
			return dst[:start], -1
		}
		n += found
	}
}

// content coarsens what the member of that name holds. A feature may have no place.
func (p *places) content(dst []byte, raw []byte, in surroundings, name string) (out []byte, n int) {
	in.means = meansNothing
	want := jsonpath.Array
	switch name {
	case "coordinates":
		in.means = meansPlace
	case "geometry":
		if want = jsonpath.Object; kindIn(raw) == jsonpath.Null {
			return append(dst, "null"...), 0
		}
	}
	if kindIn(raw) != want {
		return dst, -1
	}
	return p.value(dst, raw, in)
}
