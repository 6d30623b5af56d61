package jsonpath

// ask settles what the filters say of the value at i, where it is at hand. Else it must be held.
func (e *Editor) ask(p []byte, i int) (known bool) {
	st := e.next
	if kind := kindOf(p[i]); kind > Array && !st.bare() {
		// Of a scalar they want to know no more than that it is one.
		return e.answer(st, nullText, e.base+int64(i))
	}
	end := wholeScalar(p, i)
	return end != 0 && e.holdsAtOnce(end-i) && e.answer(st, p[i:end], e.base+int64(end))
}

// readings bounds what filters read of a document: for each query in them that many times Limits.Held and what came of
// the document so far.
const readings = 16

//nolint:gochecknoglobals // never written to
var nullText = []byte("null")

// answer asks the filters about a value that ends at offset, and makes what follows the state at hand. It
// is false where that takes too much reading.
func (e *Editor) answer(st *state, value []byte, offset int64) bool {
	budget := readings * int64(e.set.queries) * (int64(e.limits.Held) + offset)
	e.answers = e.answers[:0]
	e.filters.allow(budget - e.asked)
	for _, f := range st.asks {
		e.answers = append(e.answers, e.filters.may(f.top, spot{value, st.setting.names}, true))
	}
	e.asked = budget - e.filters.left
	e.next = st.answered(e.answers)
	return e.filters.left >= 0
}
