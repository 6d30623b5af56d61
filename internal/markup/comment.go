package markup

import "bytes"

// commentStep is where in a comment the next byte stands (sections 13.2.5.43 to 52). What the standard does in a comment
// behind < only reports errors.
type commentStep uint8

const (
	commentStart     commentStep = iota // behind <!--
	commentStartDash                    // behind <!---
	commentBody
	commentDash // behind one -
	commentEnd  // behind two or more
	commentBang // behind --!
	commentOver // behind the >
)

// held is how many bytes before a step may belong to the end, and stay for the piece that has it.
func (s commentStep) held() int {
	switch s {
	case commentStart:
		return len("<!--")
	case commentStartDash:
		return len("<!---")
	case commentDash:
		return len("-")
	case commentEnd:
		return len("--")
	case commentBang:
		return len("--!")
	default:
		return 0
	}
}

// after is the step behind a byte that is not in the body.
func (s commentStep) after(c byte) commentStep {
	switch {
	case c == '>' && s != commentDash:
		return commentOver
	case c == '-' && s == commentStart:
		return commentStartDash
	case c == '-' && s == commentBang:
		return commentDash
	case c == '-':
		return commentEnd
	case c == '!' && s == commentEnd:
		return commentBang
	default:
		return commentBody
	}
}

func (z *Tokenizer) commentPiece(t *Token, buf []byte, last bool) bool {
	i := z.at
	for i < len(buf) && z.comment != commentOver {
		if z.comment != commentBody {
			z.comment = z.comment.after(buf[i])
			i++
			continue
		}
		n := bytes.IndexByte(buf[i:], '-')
		if n < 0 {
			i = len(buf)
			break
		}
		z.comment = commentDash
		i += n + 1
	}
	return z.cut(t, Comment, buf[:i:i], delimited{ended: z.comment == commentOver, last: last, held: z.comment.held()})
}

// delimited is what is known of a token that ends in a delimiter.
type delimited struct {
	ended bool // the delimiter was read
	last  bool // or nothing follows
	held  int  // else, the bytes at the end that may belong to it
}

// cut takes what can leave of p, which has been scanned.
func (z *Tokenizer) cut(t *Token, kind Kind, p []byte, d delimited) bool {
	if d.ended || d.last {
		z.scan, z.at, z.open = inContent, 0, false
		t.Kind, t.Raw, t.Final = kind, p, true
		return true
	}
	n := len(p) - d.held
	z.at = len(p)
	if !z.piece(t, kind, p[:n:n], false) {
		return false
	}
	z.at = d.held
	return true
}

// bogusPiece reads on in a bogus comment (section 13.2.5.41).
func (z *Tokenizer) bogusPiece(t *Token, buf []byte, last bool) bool {
	n := bytes.IndexByte(buf[z.at:], '>')
	end := len(buf)
	if n >= 0 {
		end = z.at + n + 1
	}
	if !z.cut(t, Comment, buf[:end:end], delimited{ended: n >= 0, last: last}) {
		return false
	}
	t.Bogus = true
	return true
}

// cdataPiece reads on in a CDATA section (sections 13.2.5.69 to 71).
func (z *Tokenizer) cdataPiece(t *Token, buf []byte, last bool) bool {
	i := z.at
	for ; i < len(buf); i++ {
		switch c := buf[i]; {
		case c == '>' && z.dashes == 2:
			return z.cut(t, CDATA, buf[:i+1:i+1], delimited{ended: true})
		case c == ']':
			z.dashes = min(z.dashes+1, 2)
		default:
			z.dashes = 0
			if n := bytes.IndexByte(buf[i:], ']'); n > 0 {
				i += n - 1
			} else {
				i = len(buf) - 1
			}
		}
	}
	return z.cut(t, CDATA, buf, delimited{last: last, held: z.dashes})
}

// doctype reads a doctype: whatever stands in it, the first > ends it (sections 13.2.5.53 to 68).
func (z *Tokenizer) doctype(t *Token, buf []byte, last bool) bool {
	n := bytes.IndexByte(buf[z.at:], '>')
	end := z.at + n + 1
	if n < 0 {
		if !last {
			z.at = len(buf)
			return false
		}
		end = len(buf)
	}
	z.scan = inContent
	t.Kind, t.Raw, t.Final = Doctype, buf[:end:end], true
	return true
}
