package jar

import "strings"

// AgesName is the name of the companion cookie. Its value, which the browser's script reads and writes as well:
//
//	value = "1" *60( hash day )
//	hash  = 4base64url    ; 24 bits of the cookie's name
//	day   = 3base64url    ; when it was first seen, in days since 1970-01-01 UTC
//
// base64url are six bits each, most significant first, by the alphabet of RFC 4648 section 5. The hash is FNV-1a with 32
// bits over the bytes of the name, its upper eight bits folded into the lower 24. In a browser:
//
//	let h = 2166136261;
//	for (const b of new TextEncoder().encode(name)) h = Math.imul(h ^ b, 16777619);
//	h = (h ^ h >>> 24) & 0xffffff;
//
// The order of entries means nothing. Where a hash stands twice, the earlier day counts. An empty value is none. The cookie
// is set with Path=/, SameSite=Lax, on https Secure, and without a Domain; it lives as long as an entry may matter.
const AgesName = "privet_ages"

const (
	agesVersion = '1'
	hashLength  = 4
	dayLength   = 3
	entryLength = hashLength + dayLength
	// maxAges bounds the value to 421 bytes.
	maxAges = 60
)

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// hashOf is 24 bits of a name. Two names with one hash count as one cookie: the younger of them lives shorter.
func hashOf(name string) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return (h ^ h>>24) & 0xffffff
}

func appendDigits(dst []byte, n uint32, length int) []byte {
	for shift := 6 * (length - 1); shift >= 0; shift -= 6 {
		dst = append(dst, base64url[n>>shift&63])
	}
	return dst
}

func readDigits(text string) (n uint32, ok bool) {
	for i := range len(text) {
		digit := strings.IndexByte(base64url, text[i])
		if digit < 0 {
			return 0, false
		}
		n = n<<6 | uint32(digit)
	}
	return n, true
}
