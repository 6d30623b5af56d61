package rules

import "github.com/privet-gateway/privet/rules/catalog"

// Withheld are the features of browsers (tokens of Permissions-Policy, sorted) that pages of this visitor are denied, since
// the data they give is not to be had: the person refused its category, or the category names purposes of which none is
// permitted, and what it is not permitted for removes it. Only categories that the policy itself declares are asked; one
// that names no purposes may have been given another title and no more. Pages serve more purposes than that of their route,
// so that one does not count here.
func (d *Decision) Withheld() []string { return d.withheld }

func (q *question) withheld(d *Decision) []string {
	var out []string
	for _, f := range catalog.Features() {
		c, ok := q.policy.categories[f.Category]
		if !ok || c.BuiltIn {
			continue
		}
		named := len(c.Purposes)+len(c.Actions) > 0
		if _, refused := q.refusesCategory(c); refused || named && c.Otherwise.leavesNothing() && !q.usable(d, c) {
			out = append(out, f.Token)
		}
	}
	return out
}

// usable says that some purpose of a category is permitted and leaves something of it.
func (q *question) usable(d *Decision, c *Category) bool {
	for _, uses := range [...][]Use{c.Purposes, c.Actions} {
		for _, use := range uses {
			v := d.permitted[use.Purpose]
			if p := q.policy.purposes[use.Purpose]; p != nil && c.Regime == OptIn {
				v = q.permitted(p, OptIn)
			}
			if v.Allowed && !use.Action.leavesNothing() {
				return true
			}
		}
	}
	return false
}

// leavesNothing says that an action leaves no trace of a value but that it was there.
func (a Action) leavesNothing() bool { return a.Kind == Remove || a.Kind == Nullify || a.Kind == Empty }
