package rules

// Endpoint is what an application's developers say of the exchanges that a pattern matches.
type Endpoint struct {
	Pattern Pattern
	Labels  []Label
	Each    []Each
	Allow   []Allow
	At      Position
}
