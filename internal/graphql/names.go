package graphql

// Names tells what the names of a JSON object's members stand for. Elements of an array have the Names of the array.
// Values of Names are compared by ==, so what is derived from one can be kept for it.
type Names interface {
	// Named gives the fields that a member of this name may stand for, sorted, and what is known of the names inside its
	// value. No fields: the name stands for itself alone. A nil below: every name inside stands for itself.
	Named(name []byte) (fields []string, below Names)
}
