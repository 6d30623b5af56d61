package jsonpath

const byteOrderMark = "\xEF\xBB\xBF"

// byteOrderMark passes the mark with which a document may begin.
func (e *Editor) byteOrderMark(p []byte, i int) int {
	for i < len(p) && e.marked < len(byteOrderMark) && p[i] == byteOrderMark[e.marked] {
		e.marked++
		i++
	}
	switch {
	case e.marked == 0, e.marked == len(byteOrderMark):
		e.at = atValue
	case i < len(p):
		return e.fail(Malformed, i)
	}
	return i
}
