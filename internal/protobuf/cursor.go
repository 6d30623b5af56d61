package protobuf

// cursor walks JSON, which the caller has read as such before. What is none ends the walk with broken set, or a value that
// nothing fits.
type cursor struct {
	raw    []byte
	at     int
	broken bool
}

// peek gives the first byte of the next value, 0 at the end.
func (c *cursor) peek() byte {
	for c.at < len(c.raw) {
		switch b := c.raw[c.at]; b {
		case ' ', '\n', '\t', '\r':
			c.at++
		default:
			return b
		}
	}
	return 0
}

func (c *cursor) ended() bool { return c.peek() == 0 && c.at == len(c.raw) && !c.broken }

// enter goes into an array or object.
func (c *cursor) enter() { c.at++ }

// more stands at the next member or element; at the end it goes behind the bracket and says false.
func (c *cursor) more(bracket byte) bool {
	b := c.peek()
	if b == ',' {
		c.at++
		b = c.peek()
	}
	switch b {
	case bracket:
		c.at++
		return false
	case 0, ',':
		c.broken = true
		return false
	default:
		return true
	}
}

// name reads a member's name, as written with its quotes, and goes on to its value.
func (c *cursor) name() []byte {
	name := c.value()
	if c.peek() != ':' || name[0] != '"' {
		c.broken = true
		return nil
	}
	c.at++
	c.peek()
	return name
}

// value goes behind a value and gives it as written.
func (c *cursor) value() []byte {
	first := c.peek()
	from := c.at
	switch first {
	case '"':
		c.pastString()
	case '{', '[':
		c.pastContainer()
	default:
		c.pastWord()
	}
	if c.at == from {
		c.broken = true
		c.at = len(c.raw)
		return []byte("null")
	}
	return c.raw[from:c.at]
}

func (c *cursor) pastWord() {
	for ; c.at < len(c.raw); c.at++ {
		switch c.raw[c.at] {
		case ' ', '\n', '\t', '\r', ',', ':', ']', '}', '"', '[', '{':
			return
		}
	}
}

func (c *cursor) pastString() {
	for c.at++; c.at < len(c.raw); c.at++ {
		switch c.raw[c.at] {
		case '\\':
			c.at++
		case '"':
			c.at++
			return
		}
	}
	c.at = len(c.raw)
	c.broken = true
}

func (c *cursor) pastContainer() {
	depth := 0
	for c.at < len(c.raw) {
		switch c.raw[c.at] {
		case '"':
			c.pastString()
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		c.at++
		if depth == 0 {
			return
		}
	}
	c.broken = true
}
