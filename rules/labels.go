package rules

// Labels are the fields of one kind of exchange: what `fields` and every matching endpoint say of it. A policy makes
// one value for each combination of endpoints that requests meet, so the pointer is the identity.
type Labels struct {
	list     []Label
	each     []Each
	patterns []string
	allow    []Allow
	body     [2]bool
	endpoint [2]bool // of body, without `fields`
	query    bool
	header   bool
}

// All are the labels, `fields` first, then endpoints in the order of the policy. Not to be changed.
func (l *Labels) All() []Label {
	if l == nil {
		return nil
	}
	return l.list
}

// Each are the elements that are data subjects of their own.
func (l *Labels) Each() []Each {
	if l == nil {
		return nil
	}
	return l.each
}

// Allow are the fields of the response that may leave without a label; where there are none, everything may.
func (l *Labels) Allow() []Allow {
	if l == nil {
		return nil
	}
	return l.allow
}

// Patterns are the endpoints that matched, as written.
func (l *Labels) Patterns() []string {
	if l == nil {
		return nil
	}
	return l.patterns
}

// Body says that a body in this direction has labelled fields or elements.
func (l *Labels) Body(d Direction) bool { return l != nil && l.body[d] }

// Endpoint says that an endpoint, beyond what `fields` says of every one, labels a body in this direction.
func (l *Labels) Endpoint(d Direction) bool {
	return l != nil && l.endpoint[d]
}

// Query says that query parameters are labelled.
func (l *Labels) Query() bool { return l != nil && l.query }

// Header says that header fields are labelled.
func (l *Labels) Header() bool { return l != nil && l.header }

func (l *Labels) add(labels []Label) {
	for _, label := range labels {
		switch label.Part {
		case Query:
			l.query = true
		case Header:
			l.header = true
		default:
			l.body[Request] = l.body[Request] || label.request
			l.body[Response] = l.body[Response] || label.response
			l.endpoint[Request] = l.endpoint[Request] || label.request && label.pattern != nil
			l.endpoint[Response] = l.endpoint[Response] || label.response && label.pattern != nil
		}
		l.list = append(l.list, label)
	}
}

// addAllow joins the lists of all endpoints that match: each says what its developers know to be harmless.
func (l *Labels) addAllow(allow []Allow) {
	if len(allow) > 0 {
		l.body[Response], l.endpoint[Response] = true, true
	}
	l.allow = append(l.allow, allow...)
}

func (l *Labels) addEach(each []Each) {
	if len(each) > 0 {
		// An element over the limit, or whose caller's transfer is missing, is refused in both directions.
		l.body, l.endpoint = [2]bool{true, true}, [2]bool{true, true}
	}
	l.each = append(l.each, each...)
}
