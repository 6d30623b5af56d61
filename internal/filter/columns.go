package filter

import (
	"slices"

	"github.com/privet-gateway/privet/rules"
)

// columns finds the labels of a query parameter or header field by its name. Labels that a more specific endpoint
// settles are not in it; which of the others wins depends on the rulings, and so on the decision.
type columns struct {
	query  map[string][]int // by decoded name; numbers in Labels.All
	header map[string][]int // by folded name
}

func compileColumns(l *rules.Labels) columns {
	c := columns{query: map[string][]int{}, header: map[string][]int{}}
	all := l.All()
	for i := range all {
		switch all[i].Part {
		case rules.Query:
			c.query[all[i].Field] = append(c.query[all[i].Field], i)
		case rules.Header:
			name := string(appendFolded(nil, all[i].Field))
			c.header[name] = append(c.header[name], i)
		default: // a body has paths, not columns
		}
	}
	keepSpecific(c.query, all)
	keepSpecific(c.header, all)
	return c
}

// keepSpecific leaves the labels of each column that no other label of it overrides.
func keepSpecific(column map[string][]int, all []rules.Label) {
	for name, numbers := range column {
		var left []int
		for _, i := range numbers {
			overridden := false
			for _, j := range numbers {
				overridden = overridden || all[j].Overrides(&all[i])
			}
			if !overridden {
				left = append(left, i)
			}
		}
		column[name] = left
	}
}

// settleColumn gives the action on a column with its labels, and the label that it is from: the one that asks for it or,
// where unlike actions met at remove, the first that forbids. The strictest is found first because two unlike actions of
// one step are remove only where nothing stricter than both settles the column.
func settleColumn(d *rules.Decision, dir rules.Direction, labels []int) (label int, action rules.Action) {
	action = d.Ruling(dir, labels[0]).Action
	for _, i := range labels[1:] {
		if a := d.Ruling(dir, i).Action; a.Kind < action.Kind {
			action = a
		}
	}
	for _, i := range labels {
		action = rules.Stricter(action, d.Ruling(dir, i).Action)
	}
	label = labels[0]
	for _, i := range slices.Backward(labels) {
		if d.Ruling(dir, i).Action.Kind <= action.Kind {
			label = i
		}
	}
	return label, action
}

// appendFolded appends the form in which field names are compared: lower case, and "-" for "_", because upstreams that
// read headers as environment variables cannot tell the two apart. White space after a name is not part of it.
func appendFolded(dst []byte, name string) []byte {
	for len(name) > 0 && isBlank(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '_':
			c = '-'
		}
		dst = append(dst, c)
	}
	return dst
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isControl knows the bytes that may stand in no part of a header or query; a tab is judged by its place.
func isControl(c byte) bool { return c < ' ' || c == 0x7f }
