package guard

import (
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Held is who is not let through for a visitor. Its zero value holds nobody back.
type Held struct {
	Parties  []int    // by their place in what New was given
	Purposes []int    // whose cookies are held, likewise
	Lists    []int    // likewise
	Denied   []string // types of Google's Consent Mode that are denied
	Page     string   // the host of the page, by which lists tell its own hosts from others; guessed at where it is empty
	// Integrity gives each element the digest of its file, by which a policy of content may admit it (SRI 3.5), and has the
	// browser ask for it by CORS, without which a policy of integrity does not let it in (SRI 3.7).
	Integrity bool
	Path      string // under which the assets are served, with its last slash; "/.privacy/assets/" where it is empty
}

const defaultPath = "/.privacy/assets/"

// AppendTags writes the elements by which a page gets its guard: they stand before any other script, and none of them may
// be deferred. They are ASCII, and well-formed XML, too. The nonce is what the page's own policy of content admits; without
// one the attribute is left out. Places that nobody has are passed over.
func (s *Script) AppendTags(dst []byte, held Held, nonce []byte) []byte {
	path := held.Path
	if path == "" {
		path = defaultPath
	}
	later := s.later(&held)
	dst = append(dst, `<script src="`...)
	dst = appendValue(dst, path+s.guard.Name)
	dst = append(dst, `" data-privet="`...)
	dst = s.appendBits(dst, &held)
	dst = append(dst, '.')
	dst = appendValue(dst, strings.Join(held.Denied, ","))
	dst = append(dst, '.')
	dst = strconv.AppendInt(dst, int64(len(later)), 10)
	dst = appendEnd(dst, &held, &s.guard, nonce)
	for i := range later {
		a := &later[i]
		dst = append(dst, `<script src="`...)
		dst = appendValue(dst, path+a.Name)
		if held.Page != "" && a.Name != s.second.Name {
			dst = append(dst, `" data-site="`...)
			dst = appendValue(dst, siteOf(held.Page))
		}
		dst = appendEnd(dst, &held, a, nonce)
	}
	return dst
}

// Files are what the elements of AppendTags load, in their order.
func (s *Script) Files(held Held) []Asset { return append([]Asset{s.guard}, s.later(&held)...) }

// later are the files behind the guard's own.
func (s *Script) later(held *Held) []Asset {
	var later []Asset
	if len(held.Parties)+len(held.Purposes)+len(held.Denied) > 0 {
		later = append(later, s.second)
	}
	for _, i := range held.Lists {
		if i >= 0 && i < len(s.lists) {
			later = append(later, s.lists[i].assets...)
		}
	}
	return later
}

// siteOf is the domain that a host's owner has registered, or "" where there is none, as of an address.
func siteOf(host string) string {
	site, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(host, "."))
	if err != nil {
		return ""
	}
	return site
}

// appendBits writes a digit of four bits for every four parties, the first one's the lowest. Purposes follow the parties.
func (s *Script) appendBits(dst []byte, held *Held) []byte {
	start := len(dst)
	for range (s.parties + s.purposes + 3) / 4 {
		dst = append(dst, 0)
	}
	bits := dst[start:]
	set := func(numbers []int, first, count int) {
		for _, i := range numbers {
			if i >= 0 && i < count {
				bits[(first+i)/4] |= 1 << ((first + i) % 4)
			}
		}
	}
	set(held.Parties, 0, s.parties)
	set(held.Purposes, s.parties, s.purposes)
	for i, b := range bits {
		bits[i] = "0123456789abcdef"[b]
	}
	return dst
}

func appendEnd(dst []byte, held *Held, a *Asset, nonce []byte) []byte {
	if held.Integrity {
		dst = append(dst, `" integrity="sha256-`...)
		dst = base64.StdEncoding.AppendEncode(dst, a.Sum[:])
		dst = append(dst, `" crossorigin="anonymous`...)
	}
	if len(nonce) > 0 {
		dst = append(dst, `" nonce="`...)
		dst = appendValue(dst, string(nonce))
	}
	return append(dst, `"></script>`...)
}

// appendValue writes the value of an attribute. What is not printable ASCII has no place in one of ours.
func appendValue(dst []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; {
		case c == '&' || c == '"' || c == '<' || c == '>':
			dst = append(dst, "&#"...)
			dst = strconv.AppendInt(dst, int64(c), 10)
			dst = append(dst, ';')
		case c >= ' ' && c < 0x7f:
			dst = append(dst, c)
		}
	}
	return dst
}
