package guard

// firstSeed is that of FNV-1a.
const firstSeed = 2166136261

// hash is FNV-1a of 32 bits with a last mix, as marks.js has it. A seed gives another function of the same kind.
func hash(text string, seed uint32) uint32 {
	for i := range len(text) {
		seed = (seed ^ uint32(text[i])) * 16777619
	}
	seed = (seed ^ seed>>15) * 2246822507
	return seed ^ seed>>13
}

const (
	keySize  = 5
	keyBase  = 50  // hence some 28 bits
	keyFirst = '*' // the digits are the characters from here on: no quotes, no backslash, no blank
)

// key is a hash in five characters.
func key(text string) string {
	var out [keySize]byte
	rest := hash(text, firstSeed)
	for i := range out {
		out[i] = byte(keyFirst + rest%keyBase)
		rest /= keyBase
	}
	return string(out[:])
}
