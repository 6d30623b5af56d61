package rules

import "strconv"

// Position is a place in a policy file. Line and Column count from 1, columns in bytes; the zero value is nowhere.
type Position struct {
	File   string // as named when loading; "catalog/…" for what is built in
	Line   int
	Column int
}

// String is "file:line:column", or "-" for nowhere.
func (p Position) String() string {
	if p.File == "" {
		return "-"
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// IsZero says that there is no such place.
func (p Position) IsZero() bool { return p == Position{} }

// Before orders positions for reports: by file, then line, then column.
func (p Position) Before(q Position) bool {
	if p.File != q.File {
		return p.File < q.File
	}
	if p.Line != q.Line {
		return p.Line < q.Line
	}
	return p.Column < q.Column
}
