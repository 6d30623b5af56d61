package graphql

import (
	"bytes"
	"encoding/hex"

	"github.com/tidwall/gjson"
)

// form notes the parameters of a URL's query or of a form (the URL standard, section 5.1).
type form struct {
	recorder *Recorder
	name     []byte // of the pair at hand, as written
	value    []byte
	is       member // of the pair at hand, once its name has ended
	valued   bool   // its name has ended
}

func (f *form) begin() {
	f.name, f.value, f.is, f.valued = f.name[:0], f.value[:0], memberNone, false
}

func (f *form) feed(p []byte) {
	for len(p) > 0 {
		pair, rest, ended := bytes.Cut(p, []byte("&"))
		if !f.valued {
			name, value, found := bytes.Cut(pair, []byte("="))
			// A longer name is no parameter's, so its end need not be known.
			f.name = append(f.name, name[:min(len(name), longestMember+1-len(f.name))]...)
			if found {
				f.valued, f.is = true, f.member()
			}
			pair = value
		}
		if f.valued && f.is != memberNone && f.is != memberVariables {
			f.value = append(f.value, pair...)
			if len(f.value) > maxWritten {
				f.recorder.fail(TooLarge, nil)
				return
			}
		}
		if ended {
			f.end()
		}
		p = rest
	}
}

func (f *form) member() member { return memberOf(decoded(f.name)) }

// end ends the pair at hand.
func (f *form) end() {
	if !f.valued {
		f.is = f.member()
	}
	if f.is != memberNone {
		f.recorder.parameter(f.is, string(decoded(f.value)))
	}
	f.begin()
}

// decoded undoes the escapes in place. A percent sign without two digits stays, as it does in the URL standard.
func decoded(written []byte) []byte {
	out := written[:0]
	for i := 0; i < len(written); i++ {
		c := written[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(written):
			var digits [1]byte
			if _, err := hex.Decode(digits[:], written[i+1:i+3]); err == nil {
				c = digits[0]
				i += 2
			}
		}
		out = append(out, c)
	}
	return out
}

// maxExtensions bounds the extensions of a form, whose JSON is read by recursion.
const maxExtensions = 16 << 10

// parameter notes one that is text beside or instead of a JSON body.
func (r *Recorder) parameter(is member, text string) {
	switch {
	case is == memberVariables:
		r.loose.present(is)
	case !r.keep(len(text)):
	case text == "":
		if is == memberOperation || is == memberExtensions {
			r.loose.present(is)
		}
	case is != memberExtensions:
		r.loose.text(is, text)
	case len(text) > maxExtensions || !gjson.Valid(text):
		r.loose.unknown = true
	default:
		r.loose.extensions(text)
	}
}
