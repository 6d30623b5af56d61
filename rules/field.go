package rules

// Direction is which way a body or header travels.
type Direction uint8

// The directions. Request comes to the gateway, Response leaves it.
const (
	Request Direction = iota
	Response
)

func (d Direction) String() string { return [...]string{"request", "response"}[d] }

// Part is where in an exchange a field stands.
type Part uint8

// The parts of an exchange that fields are labelled in.
const (
	Body   Part = iota // a JSONPath (RFC 9535)
	Query              // a parameter's name, in both directions
	Header             // a field name (RFC 9110 5.1), in both directions
)

func (p Part) String() string { return [...]string{"body", "query", "header"}[p] }

// Label says that a field is of a category.
type Label struct {
	Part     Part
	Field    string // the JSONPath, parameter name or field name, as written
	Category string
	Pattern  string // of the endpoint; "" for `fields`, which are true of every endpoint
	At       Position
	FieldAt  Position // where Field begins, for errors inside the path

	request, response bool
	pattern           *Pattern // nil for `fields`
	surely            bool     // its pattern matches every form of the exchange's path
}

// In says that the label holds in a direction.
func (l *Label) In(d Direction) bool {
	if d == Request {
		return l.request
	}
	return l.response
}

// Overrides says that l's endpoint is strictly more specific than m's, so that l settles a place both label. A pattern
// that only some forms of the path match overrides nothing: the upstream may read the path in another form.
func (l *Label) Overrides(m *Label) bool {
	switch {
	case l.pattern == nil || !l.surely:
		return false
	case m.pattern == nil:
		return !l.pattern.matchesAll()
	default:
		return l.pattern.within(m.pattern)
	}
}

// Allow lets a field of a response out that is of no category. Where an endpoint has some, what neither they nor labels
// name stays inside.
type Allow struct {
	Field   string // the JSONPath, as written
	At      Position
	FieldAt Position // where Field begins
}

// Each makes every place that Of selects a data subject of its own.
type Each struct {
	Of        string // JSONPath of the elements
	Subject   string // singular JSONPath from the element to the subject's id; "": no stored choices
	Residence string // singular JSONPath from the element to a country code; "": unknown place
	At        Position
}
