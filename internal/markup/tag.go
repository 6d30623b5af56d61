package markup

import "bytes"

// step is where in a tag the next byte stands. The standard's "after attribute value (quoted)" and "self-closing start tag"
// reconsume as atAttr what they do not know, so the former is atAttr.
type step uint8

const (
	atTagName  step = iota
	atAttr          // before an attribute's name (section 13.2.5.32)
	atAttrName      // (33)
	atEquals        // after an attribute's name (34)
	atValue         // before an attribute's value (35)
	atDouble        // in a value between " (36)
	atSingle        // in a value between ' (37)
	atBare          // in a value without quotes (38)
	atSlash         // behind a / (40)
	atTagEnd        // behind the >
)

// beginTag begins a tag whose name is at the given place.
func (z *Tokenizer) beginTag(at int) {
	z.at, z.step = at, atTagName
	z.nameEnd, z.folded, z.slash = 0, false, false
	z.attrs, z.names = z.attrs[:0], z.names[:0]
}

// tag reads the tag at the beginning of buf.
func (z *Tokenizer) tag(t *Token, buf []byte, last bool) bool {
	i := z.at
	for i < len(buf) && z.step != atTagEnd {
		i = z.advance(buf, i)
	}
	z.at = i
	if z.step != atTagEnd {
		if !last {
			return false
		}
		z.scan = inContent
		t.Kind, t.Raw, t.Final = Broken, buf, true
		return true
	}
	t.Kind, t.Raw, t.SelfClosing, t.Final = EndTag, buf[:i:i], z.slash, true
	start := 2
	if z.scan == inStartTag {
		t.Kind, start = StartTag, 1
	}
	t.Name = z.name(buf[start:z.nameEnd:z.nameEnd], z.folded)
	for k := range z.attrs {
		a := &z.attrs[k]
		a.Name = z.name(buf[a.Start:a.nameEnd:a.nameEnd], a.folded)
		a.Value = buf[a.ValueStart:a.ValueEnd:a.ValueEnd]
	}
	t.Attrs = z.attrs
	z.scan = inContent
	if t.Kind == StartTag {
		z.SetModel(implied(t.Name))
	}
	return true
}

// advance makes one step or several, and returns where the next one begins. Where it uses up buf inside a name or value
// the step remains, and goes on there.
func (z *Tokenizer) advance(buf []byte, i int) int {
	switch z.step {
	case atTagName:
		return z.tagName(buf, i)
	case atAttr:
		return z.betweenAttrs(buf, i)
	case atAttrName:
		return z.attrName(buf, i)
	case atEquals:
		return z.equals(buf, i)
	case atValue:
		return z.valueStart(buf, i)
	case atDouble:
		return z.quoted(buf, i, '"')
	case atSingle:
		return z.quoted(buf, i, '\'')
	case atBare:
		return z.bare(buf, i)
	default: // atSlash
		if buf[i] != '>' {
			z.step = atAttr
			return i
		}
		z.slash, z.step = true, atTagEnd
		return i + 1
	}
}

func (z *Tokenizer) tagName(buf []byte, i int) int {
	for ; i < len(buf); i++ {
		c := classes[buf[i]]
		if c&endsName != 0 {
			z.nameEnd, z.step = i, atAttr
			break
		}
		z.folded = z.folded || c&isFolded != 0
	}
	return i
}

func (z *Tokenizer) betweenAttrs(buf []byte, i int) int {
	for i < len(buf) && is(buf[i], isSpace) {
		i++
	}
	if i = z.plainAttrs(buf, i); i == len(buf) {
		return i
	}
	switch c := buf[i]; {
	case c == '>':
		z.step = atTagEnd
	case c == '/':
		z.step = atSlash
	case is(c, isSpace):
	default: // an = too begins a name
		a := z.newAttr()
		a.Start, a.folded = i, is(c, isFolded)
		a.HasValue, a.Quote = false, 0
		z.step = atAttrName
	}
	return i + 1
}

// plainAttrs takes attributes in the shape in which nearly all are written, name="value" with at most one space behind it,
// and stops before the first that is otherwise or not whole.
func (z *Tokenizer) plainAttrs(buf []byte, i int) int {
	for {
		n, seen := i, class(0)
		for n < len(buf) && !is(buf[n], endsAttr) {
			seen |= classes[buf[n]]
			n++
		}
		if n == i || n+1 >= len(buf) || buf[n] != '=' || buf[n+1] != '"' && buf[n+1] != '\'' {
			return i
		}
		v := n + 2
		length := bytes.IndexByte(buf[v:], buf[n+1])
		if length < 0 {
			return i
		}
		end := v + length
		a := z.newAttr()
		a.Start, a.nameEnd, a.folded = i, n, seen&isFolded != 0
		a.HasValue, a.Quote = true, buf[n+1]
		a.ValueStart, a.ValueEnd, a.End = v, end, end+1
		if i = end + 1; i < len(buf) && buf[i] == ' ' {
			i++
		}
	}
}

// newAttr makes room for an attribute, whose fields are those of an earlier one: setting some is faster than copying all.
func (z *Tokenizer) newAttr() *Attr {
	n := len(z.attrs)
	if n < cap(z.attrs) {
		z.attrs = z.attrs[:n+1]
	} else {
		z.attrs = append(z.attrs, Attr{})
	}
	return &z.attrs[n]
}

// attr is the attribute being read.
func (z *Tokenizer) attr() *Attr { return &z.attrs[len(z.attrs)-1] }

func (z *Tokenizer) attrName(buf []byte, i int) int {
	a := z.attr()
	for ; i < len(buf); i++ {
		c := classes[buf[i]]
		if c&endsAttr != 0 {
			a.nameEnd, a.End, a.ValueStart, a.ValueEnd = i, i, i, i
			z.step = atEquals
			break
		}
		a.folded = a.folded || c&isFolded != 0
	}
	return i
}

func (z *Tokenizer) equals(buf []byte, i int) int {
	switch c := buf[i]; {
	case c == '=':
		z.attr().HasValue = true
		z.step = atValue
		return i + 1
	case is(c, isSpace):
		return i + 1
	default:
		z.step = atAttr
		return i
	}
}

func (z *Tokenizer) valueStart(buf []byte, i int) int {
	a := z.attr()
	switch c := buf[i]; {
	case is(c, isSpace):
		return i + 1
	case c == '"':
		z.step, a.Quote = atDouble, c
		i++
	case c == '\'':
		z.step, a.Quote = atSingle, c
		i++
	case c == '>':
		z.step, a.End, a.ValueEnd = atAttr, i, i
	default:
		z.step = atBare
	}
	a.ValueStart = i
	return i
}

func (z *Tokenizer) quoted(buf []byte, i int, quote byte) int {
	n := bytes.IndexByte(buf[i:], quote)
	if n < 0 {
		return len(buf)
	}
	a := z.attr()
	a.ValueEnd, a.End = i+n, i+n+1
	z.step = atAttr
	return i + n + 1
}

func (z *Tokenizer) bare(buf []byte, i int) int {
	for i < len(buf) && !is(buf[i], endsValue) {
		i++
	}
	if i < len(buf) {
		a := z.attr()
		a.ValueEnd, a.End = i, i
		z.step = atAttr
	}
	return i
}

// name gives a name as Token.Name describes it.
func (z *Tokenizer) name(raw []byte, folded bool) []byte {
	if !folded {
		return raw
	}
	start := len(z.names)
	for _, c := range raw {
		if c == 0 {
			z.names = append(z.names, "\uFFFD"...)
		} else {
			z.names = append(z.names, lower(c))
		}
	}
	return z.names[start:len(z.names):len(z.names)]
}
