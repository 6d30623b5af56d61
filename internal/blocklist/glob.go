package blocklist

import "bytes"

// glob is text in which "*" stands for any run of bytes.
type glob struct {
	parts   [][]byte // between the stars
	literal int      // bytes that are not stars
}

func newGlob(text string) glob {
	g := glob{parts: bytes.Split([]byte(text), []byte{'*'})}
	for _, part := range g.parts {
		g.literal += len(part)
	}
	return g
}

func (g *glob) matches(text []byte) bool {
	first := g.parts[0]
	if len(g.parts) == 1 {
		return bytes.Equal(first, text)
	}
	if !bytes.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	last := len(g.parts) - 1
	for _, part := range g.parts[1:last] {
		i := bytes.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return bytes.HasSuffix(text, g.parts[last])
}
