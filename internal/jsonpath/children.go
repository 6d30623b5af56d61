package jsonpath

// children goes through those of one container, of valid text, without looking into them.
type children struct {
	raw    []byte
	at     int
	object bool
}

// childrenOf gives those of a value; a scalar has none.
func childrenOf(raw []byte) children {
	if len(raw) == 0 || raw[0] != '{' && raw[0] != '[' {
		return children{}
	}
	return children{raw: raw, at: 1, object: raw[0] == '{'}
}

// next gives one child and the name, as written and without its quotes, of a member.
func (c *children) next() (name, value []byte, ok bool) {
	i := blank(c.raw, c.at)
	if i < len(c.raw) && c.raw[i] == ',' {
		i = blank(c.raw, i+1)
	}
	if i >= len(c.raw) || c.raw[i] == ']' || c.raw[i] == '}' {
		c.at = len(c.raw)
		return nil, nil, false
	}
	if c.object {
		name, i = nameAt(c.raw, i)
	}
	start := i
	c.at = valueEnd(c.raw, i)
	return name, c.raw[start:c.at], true
}

// nameAt gives the name that begins at i, as written and without its quotes, and the index of its value.
func nameAt(raw []byte, i int) (name []byte, value int) {
	end := stringEnd(raw, i)
	name = raw[min(i+1, end):max(end-1, i+1)]
	i = blank(raw, end)
	return name, min(blank(raw, i+1), len(raw))
}

// count gives how many there are.
func (c children) count() int64 {
	n := int64(0)
	for _, _, ok := c.next(); ok; _, _, ok = c.next() {
		n++
	}
	return n
}
