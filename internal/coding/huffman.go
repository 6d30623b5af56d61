package coding

import (
	"math/bits"
)

// entry is what a table says of the next bits: the length of the code in the low bits, then what it stands for. The
// zero entry is no code.
//
//	bits 0-4   length of the code, in bits
//	bits 8-12  extra bits that follow it, or the width of a subtable
//	bit  13    literal
//	bit  14    subtable
//	bit  15    end of block
//	bits 16-31 the literal, the base that extra bits are added to, or the place of the subtable
type entry uint32

const (
	literal    entry = 1 << 13
	subtable   entry = 1 << 14
	endOfBlock entry = 1 << 15
)

func (e entry) length() uint { return uint(e & 31) }
func (e entry) extra() uint  { return uint(e >> 8 & 31) }
func (e entry) value() int   { return int(e >> 16) }

const (
	literalCodes  = 288 // of which 286 and 287 only take part in building the fixed code
	distanceCodes = 32  // likewise 30 and 31
	lengthCodes   = 19
	maxCode       = 15

	literalWidth  = 10
	distanceWidth = 8
	lengthWidth   = 7
)

// A subtable hangs below a prefix that two codes or more share. That bounds the tables.
const (
	literalTable  = 1<<literalWidth + literalCodes/2<<(maxCode-literalWidth)
	distanceTable = 1<<distanceWidth + distanceCodes/2<<(maxCode-distanceWidth)
)

// find looks up the code at the low end of hold. Bits that have not arrived are 0 there, so that the entry counts only
// if its code is no longer than what has.
func find(table []entry, width uint, hold uint64) entry {
	e := table[hold&(1<<width-1)]
	if e&subtable != 0 {
		e = table[uint64(e>>16)+hold>>width&(1<<e.extra()-1)]
	}
	return e
}

// build makes the table of a canonical code (RFC 1951 section 3.2.2) from the length of each symbol's code. It refuses
// codes that are over-subscribed, and incomplete ones save those of at most one code, of one bit.
func build(table []entry, width uint, lengths []uint8, meaning func(symbol int) entry) bool {
	var count [maxCode + 1]int
	for _, length := range lengths {
		count[length]++
	}
	count[0] = 0
	longest, left := uint(0), 1
	var next [maxCode + 2]uint32
	for length := 1; length <= maxCode; length++ {
		left = left<<1 - count[length]
		if left < 0 {
			return false
		}
		if count[length] > 0 {
			longest = uint(length)
		}
		next[length+1] = (next[length] + uint32(count[length])) << 1
	}
	if left > 0 && longest > 1 {
		return false
	}

	clear(table[:1<<width])
	free := 1 << width
	for symbol, length := range lengths {
		if length == 0 {
			continue
		}
		n := uint(length)
		code := uint(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		e := meaning(symbol)
		if e != 0 {
			e |= entry(n)
		}
		if n <= width {
			for ; code < 1<<width; code += 1 << n {
				table[code] = e
			}
			continue
		}
		prefix, deep := code&(1<<width-1), longest-width
		if table[prefix] == 0 {
			table[prefix] = subtable | entry(deep)<<8 | entry(free)<<16
			free += 1 << deep
		}
		place := table[prefix].value()
		for code >>= width; code < 1<<deep; code += 1 << (n - width) {
			table[place+int(code)] = e
		}
	}
	return true
}

// literalMeaning is RFC 1951 section 3.2.5: 0-255 are bytes, 256 ends the block, 257-285 are lengths of a match.
func literalMeaning(symbol int) entry {
	switch {
	case symbol < 256:
		return literal | entry(symbol)<<16
	case symbol == 256:
		return endOfBlock
	case symbol < 265:
		return entry(symbol-254) << 16
	case symbol < 285:
		extra := (symbol - 261) / 4
		return entry(extra)<<8 | entry((4+(symbol-261)%4)<<extra+3)<<16
	case symbol == 285:
		return entry(258) << 16
	default:
		return 0
	}
}

// distanceMeaning is the same section's table of distances.
func distanceMeaning(symbol int) entry {
	switch {
	case symbol < 4:
		return entry(symbol+1) << 16
	case symbol < 30:
		extra := (symbol - 2) / 2
		return entry(extra)<<8 | entry((2+symbol%2)<<extra+1)<<16
	default:
		return 0
	}
}

func lengthMeaning(symbol int) entry { return literal | entry(symbol)<<16 }

// fixed holds the tables of blocks that bring none (RFC 1951 section 3.2.6).
//
//nolint:gochecknoglobals // tables that never change
var fixed = func() (t struct {
	literals  [1 << literalWidth]entry
	distances [1 << distanceWidth]entry
},
) {
	var lengths [literalCodes]uint8
	for symbol := range lengths {
		switch {
		case symbol < 144, symbol >= 280:
			lengths[symbol] = 8
		case symbol < 256:
			lengths[symbol] = 9
		default:
			lengths[symbol] = 7
		}
	}
	build(t.literals[:], literalWidth, lengths[:], literalMeaning)
	for symbol := range distanceCodes {
		lengths[symbol] = 5
	}
	build(t.distances[:], distanceWidth, lengths[:distanceCodes], distanceMeaning)
	return t
}()
