// Command gen writes the assembly of package scan. It is a module of its own, so that the product does not know avo.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// table is 32 bytes: those given, over and over.
func table(name string, bytes ...byte) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range 32 {
		DATA(i, U8(bytes[i%len(bytes)]))
	}
	return m
}

// vectors are the two halves of a block, and what they are compared with.
type vectors struct {
	low, high                                   VecVirtual
	marks, whites, quote, slash, space, control VecVirtual
}

// bits makes 64 bits of a block, one for each byte, of what compare makes of each half.
func (v *vectors) bits(compare func(half, into VecVirtual)) GPVirtual {
	low, high := YMM(), YMM()
	compare(v.low, low)
	compare(v.high, high)
	mask, upper := GP64(), GP64()
	VPMOVMSKB(low, mask.As32())
	VPMOVMSKB(high, upper.As32())
	SHLQ(U8(32), upper)
	ORQ(upper, mask)
	return mask
}

func main() {
	// A byte's low half picks from the first two tables what the whole of it is compared with.
	marks := table("marks", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0)
	whites := table("whites", ' ', 100, 100, 100, 17, 100, 113, 2, 100, '\t', '\n', 112, 100, '\r', 100, 100)
	quotes := table("quotes", '"')
	slashes := table("slashes", '\\')
	spaces := table("spaces", ' ')
	controls := table("controls", 0x1f)

	TEXT("find", NOSPLIT, "func(dst *uint32, p *byte, blocks int, state *[4]uint64) int")
	Pragma("noescape")
	Doc("find writes the offsets of the bytes at which a reader must look, up to seven more, and gives their number.")
	dst := Load(Param("dst"), GP64())
	p := Load(Param("p"), GP64())
	blocks := Load(Param("blocks"), GP64())
	state := Load(Param("state"), GP64())
	base := GP64()
	XORQ(base, base)
	escapes, insides, scalars, beyonds := Mem{Base: state}, Mem{Base: state, Disp: 8}, Mem{Base: state, Disp: 16}, Mem{Base: state, Disp: 24}

	ones := XMM()
	VPCMPEQD(ones, ones, ones)
	v := &vectors{YMM(), YMM(), YMM(), YMM(), YMM(), YMM(), YMM(), YMM()}
	for _, t := range []struct {
		from Mem
		to   VecVirtual
	}{{marks, v.marks}, {whites, v.whites}, {quotes, v.quote}, {slashes, v.slash}, {spaces, v.space}, {controls, v.control}} {
		VMOVDQU(t.from, t.to)
	}

	Label("block")
	TESTQ(blocks, blocks)
	JZ(LabelRef("done"))
	VMOVDQU(Mem{Base: p}, v.low)
	VMOVDQU(Mem{Base: p, Disp: 32}, v.high)

	Comment("What is escaped: see escapedIn.")
	slash := v.bits(func(half, into VecVirtual) { VPCMPEQB(half, v.slash, into) })
	escaped := GP64()
	MOVQ(escapes, escaped)
	TESTQ(slash, slash)
	JNZ(LabelRef("slashes"))
	MOVQ(U32(0), escapes)
	JMP(LabelRef("strings"))
	Label("slashes")
	first, odd, series := GP64(), GP64(), GP64()
	ANDNQ(slash, escaped, first)
	MOVQ(U64(0xaaaaaaaaaaaaaaaa), odd)
	MOVQ(first, series)
	SHLQ(U8(1), series)
	ORQ(odd, series)
	SUBQ(first, series)
	XORQ(odd, series)
	ORQ(slash, escaped)
	XORQ(series, escaped)
	ANDQ(slash, series)
	SHRQ(U8(63), series)
	MOVQ(series, escapes)

	Label("strings")
	quote := v.bits(func(half, into VecVirtual) { VPCMPEQB(half, v.quote, into) })
	ANDNQ(quote, escaped, quote)
	ANDNQ(slash, escaped, slash)
	product := XMM()
	VMOVQ(quote, product)
	VPCLMULQDQ(U8(0), ones, product, product)
	inside, last := GP64(), GP64()
	VMOVQ(product, inside)
	XORQ(insides, inside)
	MOVQ(inside, last)
	SARQ(U8(63), last)
	MOVQ(last, insides)

	Comment("Outside of strings: punctuation, and where numbers and words start.")
	mark := v.bits(func(half, into VecVirtual) {
		folded := YMM()
		VPSHUFB(half, v.marks, into)
		VPOR(half, v.space, folded)
		VPCMPEQB(folded, into, into)
	})
	scalar := v.bits(func(half, into VecVirtual) {
		VPSHUFB(half, v.whites, into)
		VPCMPEQB(half, into, into)
	})
	ORQ(mark, scalar)
	NOTQ(scalar)
	unquoted, follows, found := GP64(), GP64(), GP64()
	ANDNQ(scalar, quote, unquoted)
	MOVQ(unquoted, follows)
	SHLQ(U8(1), follows)
	ORQ(scalars, follows)
	SHRQ(U8(63), unquoted)
	MOVQ(unquoted, scalars)
	ANDNQ(scalar, follows, found)
	ORQ(mark, found)
	ANDNQ(found, inside, found)
	ORQ(quote, found)

	Comment("Within strings: escapes, control characters, and where bytes beyond ASCII start.")
	beyond := v.bits(func(half, into VecVirtual) { VMOVDQA(half, into) })
	special := GP64()
	MOVQ(beyond, special)
	SHLQ(U8(1), special)
	ORQ(beyonds, special)
	ANDNQ(beyond, special, special)
	SHRQ(U8(63), beyond)
	MOVQ(beyond, beyonds)
	ORQ(slash, special)
	control := v.bits(func(half, into VecVirtual) {
		VPMINUB(half, v.control, into)
		VPCMPEQB(half, into, into)
	})
	ORQ(control, special)
	ANDQ(inside, special)
	ORQ(special, found)

	Comment("Eight offsets at a time, wanted or not: no branch has to foretell how many there are.")
	count, end := GP64(), GP64()
	POPCNTQ(found, count)
	LEAQ(Mem{Base: dst, Index: count, Scale: 4}, end)
	Label("eight")
	for i := range 8 {
		offset := GP64()
		TZCNTQ(found, offset)
		ADDL(base.As32(), offset.As32())
		MOVL(offset.As32(), Mem{Base: dst, Disp: i * 4})
		BLSRQ(found, found)
	}
	ADDQ(U8(32), dst)
	TESTQ(found, found)
	JNZ(LabelRef("eight"))
	MOVQ(end, dst)
	ADDQ(U8(64), p)
	ADDL(U8(64), base.As32())
	DECQ(blocks)
	JMP(LabelRef("block"))

	Label("done")
	begin := Load(Param("dst"), GP64())
	SUBQ(begin, dst)
	SHRQ(U8(2), dst)
	VZEROUPPER()
	Store(dst, ReturnIndex(0))
	RET()
	Generate()
}
