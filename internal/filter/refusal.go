package filter

import "github.com/privet-gateway/privet/rules"

// Refusal says that a body cannot be read as what it claims to be, or that a filter may not pass it. It never holds a
// byte of the body.
type Refusal struct { //nolint:errname // the word of the design: a body is refused
	Status int            // for a request: 400 malformed, 413 over a limit, 415 unknown type or coding; a response is always 502
	Code   string         // from a closed set, for metrics: malformed, limit, type, coding, partial, upgrade, query, fault
	Detail string         // what is wrong, with an offset where there is one
	Rule   rules.Position // the line of the policy for which the body is read, or for which a value had to be held
	Err    error          // the cause, free of values; may be nil
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Detail }

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.Err }
