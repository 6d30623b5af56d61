package filter

import "github.com/privet-gateway/privet/internal/jsonpath"

// children walks the members or elements of a JSON value that is known to be valid: everything held has been read as
// JSON before. Text that is not ends the walk.
type children struct {
	raw    []byte
	at     int
	object bool
}

func childrenOf(raw []byte) children {
	return children{raw: raw, at: 1, object: len(raw) > 0 && raw[0] == '{'}
}

// next gives a value as written, and for an object its name as written, quotes included.
func (c *children) next() (name, value []byte, ok bool) {
	c.space()
	if c.at < len(c.raw) && c.raw[c.at] == ',' {
		c.at++
		c.space()
	}
	if c.object {
		from := c.at
		c.at = pastString(c.raw, c.at)
		name = c.raw[from:c.at]
		c.space()
		if c.at >= len(c.raw) || c.raw[c.at] != ':' {
			return nil, nil, false
		}
		c.at++
		c.space()
	}
	from := c.at
	c.at = pastValue(c.raw, c.at)
	return name, c.raw[from:c.at], c.at > from
}

func (c *children) space() {
	for c.at < len(c.raw) && isSpace(c.raw[c.at]) {
		c.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// lengthOf counts the elements of an array.
func lengthOf(raw []byte) (n int) {
	c := childrenOf(raw)
	for {
		if _, _, ok := c.next(); !ok {
			return n
		}
		n++
	}
}

func pastValue(raw []byte, at int) int {
	if at >= len(raw) {
		return at
	}
	switch raw[at] {
	case '"':
		return pastString(raw, at)
	case '[', '{':
		return pastContainer(raw, at)
	default:
		for at < len(raw) && !isSpace(raw[at]) && raw[at] != ',' && raw[at] != ']' && raw[at] != '}' {
			at++
		}
		return at
	}
}

func pastContainer(raw []byte, at int) int {
	depth := 0
	for at < len(raw) {
		switch raw[at] {
		case '"':
			at = pastString(raw, at)
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		at++
		if depth == 0 {
			return at
		}
	}
	return at
}

// pastString gives at itself where no string begins there.
func pastString(raw []byte, at int) int {
	if at >= len(raw) || raw[at] != '"' {
		return at
	}
	for i := at + 1; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(raw)
}

// kindIn tells a value by its first byte.
func kindIn(raw []byte) jsonpath.Kind {
	if len(raw) == 0 {
		return jsonpath.Invalid
	}
	switch c := raw[0]; c {
	case '{':
		return jsonpath.Object
	case '[':
		return jsonpath.Array
	case '"':
		return jsonpath.String
	case 't':
		return jsonpath.True
	case 'f':
		return jsonpath.False
	case 'n':
		return jsonpath.Null
	default:
		if c == '-' || isDigit(c) {
			return jsonpath.Number
		}
		return jsonpath.Invalid
	}
}
