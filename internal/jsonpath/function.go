package jsonpath

import (
	"strconv"
	"unicode/utf8"
)

// length is the function of section 2.4.4; either says that readers differ in it.
func (v *evaluator) length(raw []byte) (length []byte, either bool) {
	if raw == nil {
		return nil, false
	}
	v.charge(len(raw))
	n := int64(0)
	switch kindOf(raw[0]) {
	case String:
		for _, c := range v.text(&v.room, raw[1:len(raw)-1]) {
			if utf8.RuneStart(c) { // a lone surrogate is one character too
				n++
			}
		}
	case Array, Object:
		n = childrenOf(raw).count()
		either = v.repeats(raw, false)
	default:
		return nil, false
	}
	return v.number(n), either
}

// number writes a whole number as JSON.
func (v *evaluator) number(n int64) []byte {
	from := len(v.digits)
	v.digits = strconv.AppendInt(v.digits, n, 10)
	return v.digits[from:]
}

// match is the function match or search (sections 2.4.6 and 2.4.7).
func (v *evaluator) match(text, source []byte, x *expression) bool {
	if text == nil || source == nil || text[0] != '"' || source[0] != '"' {
		return false
	}
	p := x.right.pattern
	if p == nil {
		p = v.compiled(v.text(&v.other, source[1:len(source)-1]), x.whole)
	}
	if p.refused {
		return false
	}
	plain := v.text(&v.room, text[1:len(text)-1])
	work := len(plain)
	if x.right.pattern == nil {
		work *= 1 + p.steps/workOfStep
	}
	return v.charge(work) && p.compiled.Match(plain)
}

const (
	workOfStep    = 8       // steps of a program that cost as much as reading a byte
	workOfPattern = 1 << 14 // bytes that could be read while a byte of a pattern such as a{1000} is compiled
)

// compiled gives the pattern that a document brings.
func (v *evaluator) compiled(source []byte, whole bool) *pattern {
	if v.pattern != nil && v.sourced == whole && string(v.source) == string(source) {
		return v.pattern
	}
	if !v.charge(workOfPattern * len(source)) {
		return &pattern{refused: true}
	}
	v.pattern, v.sourced, v.source = compilePattern(source, whole), whole, append(v.source[:0], source...)
	return v.pattern
}
