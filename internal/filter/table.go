package filter

import (
	"strings"

	"github.com/privet-gateway/privet/internal/view"
)

func isForm(top, sub string) bool {
	return strings.EqualFold(top, "application") && strings.EqualFold(sub, "x-www-form-urlencoded")
}

func isTable(top, sub string) bool {
	return strings.EqualFold(top, "text") && (strings.EqualFold(sub, "csv") || strings.EqualFold(sub, "tab-separated-values"))
}

// columnsOf reads the parameters of a table (RFC 4180 3). It is not ok where they contradict each other, or name another
// character set than UTF-8.
func columnsOf(sub, parameters string) (columns view.Columns, ok bool) {
	columns.Tabs = strings.EqualFold(sub, "tab-separated-values")
	said := false
	for {
		name, value, rest, ok := nextParameter(parameters)
		switch {
		case !ok:
			return columns, false
		case name == "":
			return columns, true
		case strings.EqualFold(name, "charset"):
			if !namesUTF8(value) {
				return columns, false
			}
		case strings.EqualFold(name, "header"):
			columns.Headless = strings.EqualFold(value, "absent")
			if said || !columns.Headless && !strings.EqualFold(value, "present") {
				return columns, false
			}
			said = true
		}
		parameters = rest
	}
}

// columnsIn reads them from a Content-Type line of which MediaOf says Table.
func columnsIn(contentType string) view.Columns {
	essence, parameters, _ := strings.Cut(contentType, ";")
	_, sub, _ := strings.Cut(trimSpace(essence), "/")
	columns, _ := columnsOf(sub, parameters)
	return columns
}
