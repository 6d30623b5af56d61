package view

import (
	"bytes"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Columns says how the cells of a table are told apart and what they are called.
type Columns struct {
	Tabs     bool // text/tab-separated-values; else text/csv
	Headless bool // no line names the columns (header=absent, RFC 4180 3)
}

// Table filters a body of text/csv (RFC 4180) or text/tab-separated-values. Its view is an array of rows: objects by the
// names of the first line, in which a repeated name is a repeated member and a short row lacks members; or arrays of text
// where no line names the columns. Lines end in CRLF or LF, each as it comes. Lines without a byte pass, and are no rows.
//
// What readers take apart differently is refused: a quote in a cell that does not begin with one, anything behind a
// closing one, CR on its own, NUL, text that is not UTF-8, a line that begins with a byte order mark, a row longer than the
// names, names that look separated by something else, a first line "sep=". Tab-separated values have no quotes by their
// registration, so a quoted cell there holds neither tab nor line break.
//
// A removed cell is an empty one, a removed row goes with its line end, a replaced row has only empty cells. The names
// pass always; where the document itself is removed or replaced, they are all that is left. A written cell is quoted where
// it must be. It never begins with = + - @ where the cell did not before, since a spreadsheet would calculate it: it is
// empty instead. A row may have Limits.Held bytes, and so may the table where all of it must wait.
type Table struct {
	job     Job
	columns Columns
	comma   byte
	carrier carrier
	out     []byte
	view    []byte // not yet told
	raw     []byte // rows that wait, then the one at hand
	open    int    // where that begins in raw
	pos     int    // how far raw is read
	at      tableStep
	offset  int64 // of raw in the body
	rows    []row // those that wait
	cells   []cell
	first   int // cell of the row at hand

	names []byte // `"name":"` of each column
	ends  []int  // of each in names
	named bool   // the first line has been read
	any   bool   // the view has a row
	asked bool   // what becomes of the whole table is known
	gone  bool   // it goes
}

// tableStep is where the reader stands.
type tableStep uint8

const (
	atBegin tableStep = iota // of the body
	atCell
	inCell
	inQuotes
	afterQuotes
)

// row is a line that waits.
type row struct {
	from, at, to     int64 // in the view: where its text begins, its value, and its end; all 0 where it has none
	start, end, stop int   // in raw: where the cells end, and the line
	first, last      int   // in cells; last is the one behind
	blank            bool  // no byte on it
}

// cell is one of a row that waits.
type cell struct {
	at         int64 // of its value in the view
	start, end int   // in raw, quotes and all
}

// NewTable begins a body.
func NewTable(job Job, columns Columns) *Table {
	t := &Table{}
	t.Reset(job, columns)
	return t
}

// Reset makes t ready for another body; what it has allocated stays with it.
func (t *Table) Reset(job Job, columns Columns) {
	t.job, t.columns, t.comma = job, columns, ','
	if columns.Tabs {
		t.comma = '\t'
	}
	t.carrier.reset(job)
	t.out, t.view, t.raw, t.rows, t.cells = t.out[:0], append(t.view[:0], '['), t.raw[:0], t.rows[:0], t.cells[:0]
	t.open, t.pos, t.first, t.offset, t.at = 0, 0, 0, 0, atBegin
	t.names, t.ends = t.names[:0], t.ends[:0]
	t.named, t.any, t.asked, t.gone = columns.Headless, false, false, false
}

// Feed implements Filter.
func (t *Table) Feed(p []byte) ([]byte, error) {
	t.out = t.out[:0]
	for len(p) > 0 {
		n := min(len(p), step)
		t.raw = append(t.raw, p[:n]...)
		p = p[n:]
		if err := t.read(false); err != nil {
			return nil, err
		}
	}
	return t.out, nil
}

// Close implements Filter.
func (t *Table) Close() ([]byte, error) {
	t.out = t.out[:0]
	if err := t.read(true); err != nil {
		return nil, err
	}
	if err := t.carrier.tell([]byte{']'}); err != nil {
		return nil, t.placed(err)
	}
	if err := t.carrier.end(); err != nil {
		return nil, t.placed(err)
	}
	t.settle()
	return t.out, nil
}

// read takes the rows that raw has, tells them, and lets go what is settled.
func (t *Table) read(last bool) error {
	err := t.scan(last)
	if told := t.carrier.tell(t.view); told != nil {
		return t.placed(told) // comes before what is wrong further on
	}
	t.view = t.view[:0]
	t.settle()
	switch {
	case err != nil:
		return err
	case t.open > t.job.held():
		return t.failAt(jsonpath.TooLarge, 0, "")
	case t.pos-t.open > t.job.held():
		return t.failAt(jsonpath.TooLarge, t.open, "")
	default:
		return nil
	}
}

// settle lets go the rows of which nothing more will be said.
func (t *Table) settle() {
	if t.carrier.told == 0 || t.carrier.settled() < t.carrier.told {
		return // only the whole table can wait, since a row is told at once
	}
	if !t.asked {
		t.asked = true
		_, _, t.gone = t.carrier.editAt(0)
	}
	from := 0 // raw[from:] has not gone out
	for i := range t.rows {
		r := &t.rows[i]
		isData := r.blank || r.to > 0
		if isData && t.gone {
			t.out = append(t.out, t.raw[from:r.start]...)
			from = r.stop
			continue
		}
		if t.carrier.upcoming(r.at) >= r.to {
			continue
		}
		t.out = append(t.out, t.raw[from:r.start]...)
		from = r.stop
		t.write(r)
	}
	t.out = append(t.out, t.raw[from:t.open]...)
	t.rows = t.rows[:0]
	t.compact()
	t.carrier.forget()
}

// compact leaves in raw only the row at hand.
func (t *Table) compact() {
	if t.open == 0 {
		return
	}
	t.cells = append(t.cells[:0], t.cells[t.first:]...)
	for i := range t.cells {
		t.cells[i].start -= t.open
		t.cells[i].end -= t.open
	}
	t.first = 0
	t.offset += int64(t.open)
	t.pos -= t.open
	t.raw = append(t.raw[:0], t.raw[t.open:]...)
	t.open = 0
}

// write lets a row go of which something was said.
func (t *Table) write(r *row) {
	e, _, found := t.carrier.editAt(r.at)
	if found && !e.replaced {
		return
	}
	cells := t.cells[r.first:r.last]
	for i := range cells {
		if i > 0 {
			t.out = append(t.out, t.comma)
		}
		c := &cells[i]
		was := t.raw[c.start:c.end]
		var value []byte
		changed := found
		if !found {
			e, value, changed = t.carrier.editAt(c.at)
		}
		if !changed {
			t.out = append(t.out, was...)
			continue
		}
		before := len(t.out)
		if !found && e.replaced {
			t.out = t.appendCell(t.out, was, textOf(value))
		}
		if len(t.out) == before && len(cells) == 1 {
			t.out = append(t.out, `""`...) // lest the line be blank, and no row
		}
	}
	t.out = append(t.out, t.raw[r.end:r.stop]...)
}

// appendCell writes text for a cell.
func (t *Table) appendCell(dst, was, text []byte) []byte {
	plain := unquoted(was)
	if bytes.Equal(plain, text) {
		return append(dst, was...)
	}
	if calculates(text) && !calculates(plain) {
		return dst
	}
	must := len(was) > 0 && was[0] == '"' && len(text) > 0
	for _, c := range text {
		must = must || c == t.comma || c == '"' || c == '\r' || c == '\n'
	}
	if !must {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for _, c := range text {
		switch {
		case c == '"':
			dst = append(dst, '"')
		case t.columns.Tabs && (c == '\t' || c == '\r' || c == '\n'):
			c = ' '
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

// calculates says that a spreadsheet takes a cell for a formula.
func calculates(text []byte) bool {
	return len(text) > 0 && bytes.IndexByte([]byte("=+-@"), text[0]) >= 0
}

// unquoted gives the text of a cell. It may alias it.
func unquoted(raw []byte) []byte {
	if len(raw) == 0 || raw[0] != '"' {
		return raw
	}
	raw = raw[1 : len(raw)-1]
	if bytes.IndexByte(raw, '"') < 0 {
		return raw
	}
	return bytes.ReplaceAll(raw, []byte(`""`), []byte(`"`))
}
