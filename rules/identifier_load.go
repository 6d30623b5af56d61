package rules

import "github.com/privet-gateway/privet/rules/catalog"

// identifiers labels the usual header fields by which devices and connections are told apart, on every endpoint. What an
// endpoint says of such a field goes before it, as it does before `fields`.
func (l *loader) identifiers(n *node) {
	f := l.shaped(n, "identifiers")
	for _, sort := range catalog.IdentifierFields() {
		value := f.value(sort.Word)
		if value == nil {
			continue
		}
		category := declared(l, value, "category", l.policy.categories)
		if category == "" {
			continue
		}
		at := f.keyAt(sort.Word)
		for _, name := range sort.Fields {
			l.policy.fields = append(l.policy.fields, Label{
				Part: Header, Field: name, Category: category, At: at, FieldAt: at, request: true, response: true,
			})
		}
	}
}
