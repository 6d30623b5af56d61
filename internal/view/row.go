package view

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// scan reads raw on, cell by cell. It stops where the next byte must be known.
func (t *Table) scan(last bool) error {
	for {
		if t.pos == len(t.raw) {
			return t.finish(last)
		}
		var err error
		wait := false
		switch t.at {
		case atBegin:
			wait = !t.begin(last)
		case atCell:
			if t.raw[t.pos] == '"' {
				t.at = inQuotes
				t.pos++
			} else {
				t.at = inCell
			}
		case inQuotes:
			t.toQuote()
		case afterQuotes:
			if t.raw[t.pos] == '"' {
				t.at = inQuotes
				t.pos++
			} else {
				wait, err = t.endCell(last)
			}
		case inCell:
			// Whatever may end a cell stands before the comma in ASCII, where only the space is common.
			for t.pos < len(t.raw) && (t.raw[t.pos] > ',' || t.raw[t.pos] == ' ') {
				t.pos++
			}
			if t.pos < len(t.raw) {
				wait, err = t.endCell(last)
			}
		}
		if wait || err != nil {
			return err
		}
	}
}

// toQuote passes over what stands in quotes.
func (t *Table) toQuote() {
	i := bytes.IndexByte(t.raw[t.pos:], '"')
	if i < 0 {
		t.pos = len(t.raw)
		return
	}
	t.at = afterQuotes
	t.pos += i + 1
}

// begin passes over a byte order mark. It says no where more bytes must tell whether there is one.
func (t *Table) begin(last bool) bool {
	if !last && len(t.raw) < len(byteOrderMark) && bytes.HasPrefix(byteOrderMark, t.raw) {
		return false
	}
	t.at = atCell
	if bytes.HasPrefix(t.raw, byteOrderMark) {
		t.pos = len(byteOrderMark)
		t.open = t.pos
		t.out = append(t.out, byteOrderMark...)
		t.compact()
		t.cells = t.cells[:0]
	}
	return true
}

// endCell reads the byte at pos, which may end the cell. It says whether that hangs on the byte behind it.
func (t *Table) endCell(last bool) (wait bool, err error) {
	switch c := t.raw[t.pos]; {
	case c == t.comma:
		t.addCell()
		t.pos++
		t.at = atCell
		return false, nil
	case c == '\n':
		return false, t.endRow(t.pos + 1)
	case c == '\r':
		if t.pos+1 == len(t.raw) && !last {
			return true, nil
		}
		if t.pos+1 == len(t.raw) || t.raw[t.pos+1] != '\n' {
			return false, t.failAt(jsonpath.Malformed, t.pos, "CR without LF")
		}
		return false, t.endRow(t.pos + 2)
	case t.at == afterQuotes:
		return false, t.failAt(jsonpath.Malformed, t.pos, "something behind a closing quote")
	case c == '"':
		return false, t.failAt(jsonpath.Malformed, t.pos, "a quote in a cell that does not begin with one")
	case c == 0:
		return false, t.failAt(jsonpath.Malformed, t.pos, "NUL")
	default:
		t.pos++
		return false, nil
	}
}

func (t *Table) addCell() {
	start := t.open
	if len(t.cells) > t.first {
		start = t.cells[len(t.cells)-1].end + 1
	}
	t.cells = append(t.cells, cell{start: start, end: t.pos})
}

// finish ends the last row, where the body ends without a line end.
func (t *Table) finish(last bool) error {
	switch {
	case !last || t.at == atBegin:
		return nil
	case t.at == inQuotes:
		return t.failAt(jsonpath.Truncated, t.pos, "")
	case t.open == t.pos:
		return nil
	default:
		return t.endRow(t.pos)
	}
}

// endRow takes a line whose cells end at pos.
func (t *Table) endRow(stop int) error {
	r := row{start: t.open, end: t.pos, stop: stop, first: t.first, blank: t.open == t.pos}
	if r.end-r.start > t.job.held() {
		return t.failAt(jsonpath.TooLarge, r.start, "")
	}
	if !r.blank {
		t.addCell()
		r.last = len(t.cells)
		if err := t.check(&r); err != nil {
			return err
		}
		if t.named {
			if err := t.tell(&r); err != nil {
				return err
			}
		} else if err := t.name(&r); err != nil {
			return err
		}
	}
	r.last = len(t.cells)
	t.rows = append(t.rows, r)
	t.at, t.pos, t.open, t.first = atCell, stop, stop, r.last
	return nil
}

// check refuses what may stand in no cell.
func (t *Table) check(r *row) error {
	line := t.raw[r.start:r.end]
	if !utf8.Valid(line) {
		at := 0
		for {
			c, size := utf8.DecodeRune(line[at:])
			if c == utf8.RuneError && size == 1 {
				return t.failAt(jsonpath.Encoding, r.start+at, "")
			}
			at += size
		}
	}
	if bytes.HasPrefix(line, byteOrderMark) {
		return t.failAt(jsonpath.Malformed, r.start, misplacedMark)
	}
	if i := bytes.IndexByte(line, 0); i >= 0 {
		return t.failAt(jsonpath.Malformed, r.start+i, "NUL")
	}
	if !t.columns.Tabs || bytes.IndexByte(line, '"') < 0 {
		return nil
	}
	for _, c := range t.cells[r.first:r.last] {
		if i := bytes.IndexAny(t.raw[c.start:c.end], "\t\r\n"); i >= 0 {
			return t.failAt(jsonpath.Malformed, c.start+i, "a tab or line break in quotes, which this format does not have")
		}
	}
	return nil
}

// name takes the names of the columns from the first line.
func (t *Table) name(r *row) error {
	if err := t.looksSeparated(r); err != nil {
		return err
	}
	t.named = true
	for _, c := range t.cells[r.first:r.last] {
		t.names = append(t.names, '"')
		t.names = appendEscaped(t.names, unquoted(t.raw[c.start:c.end]))
		t.names = append(t.names, `":"`...)
		t.ends = append(t.ends, len(t.names))
	}
	return nil
}

// looksSeparated refuses a first line that spreadsheets would take apart otherwise than this reader.
func (t *Table) looksSeparated(r *row) error {
	line := t.raw[r.start:r.end]
	if len(line) >= 4 && bytes.EqualFold(line[:4], []byte("sep=")) {
		return t.failAt(jsonpath.Malformed, r.start, "a line that names a separator, which some readers obey")
	}
	if r.last-r.first > 1 || line[0] == '"' {
		return nil
	}
	others, what := ";\t", "the first line has no comma, but a semicolon or tab; this type is separated by commas"
	if t.columns.Tabs {
		others, what = ";,", "the first line has no tab, but a semicolon or comma; this type is separated by tabs"
	}
	if i := bytes.IndexAny(line, others); i >= 0 {
		return t.failAt(jsonpath.Malformed, r.start+i, what)
	}
	return nil
}

// tell makes the view of a row.
func (t *Table) tell(r *row) error {
	if t.columns.Headless && !t.any {
		if err := t.looksSeparated(r); err != nil {
			return err
		}
	}
	cells := t.cells[r.first:r.last]
	if !t.columns.Headless && len(cells) > len(t.ends) {
		return t.failAt(jsonpath.Malformed, cells[len(t.ends)].start, "a cell that no column names")
	}
	open, end := byte('{'), byte('}')
	if t.columns.Headless {
		open, end = '[', ']'
	}
	view := t.view
	told := t.carrier.told
	r.from = told + int64(len(view))
	if t.any {
		view = append(view, ',')
	}
	t.any = true
	r.at = told + int64(len(view))
	view = append(view, open)
	from := 0
	for i := range cells {
		if i > 0 {
			view = append(view, ',')
		}
		c := &cells[i]
		if t.columns.Headless {
			view = append(view, '"')
		} else {
			view = append(view, t.names[from:t.ends[i]]...)
			from = t.ends[i]
		}
		c.at = told + int64(len(view)) - 1
		view = appendEscaped(view, unquoted(t.raw[c.start:c.end]))
		view = append(view, '"')
	}
	t.view = append(view, end)
	r.to = told + int64(len(t.view))
	return nil
}

// placed gives an error of the view its place in the body: the row.
func (t *Table) placed(err error) error {
	cause, ok := errors.AsType[*jsonpath.Error](err)
	if !ok {
		return err
	}
	at := 0
	for i := range t.rows {
		if r := &t.rows[i]; cause.Offset > 0 && r.to > 0 && r.from <= cause.Offset {
			at = r.start
		}
	}
	return blaming(t.failAt(cause.Kind, at, ""), cause)
}

// failAt refuses the body because of a byte in raw.
func (t *Table) failAt(kind jsonpath.ErrorKind, at int, what string) error {
	format := "CSV"
	if t.columns.Tabs {
		format = "TSV"
	}
	return &Error{Format: format, Kind: kind, Offset: t.offset + int64(at), What: what}
}
