package rules

// Test is one entry of `tests:`: an exchange, the facts it is given, and the body that must come out.
type Test struct {
	Name    string
	Request string // "GET /v1/accounts/42"; the method is GET where left out
	Given   Given
	// Exactly one body is tested: File is what goes in, Expect what must come out, both beside the YAML that names them.
	Direction Direction
	File      string
	Expect    string
	Type      string // the Content-Type of both; "" where the name of File says it
	At        Position
}

// Given are a test's facts, by the names of the policy.
type Given struct {
	Purpose   string
	Country   string
	Recipient string
	Caller    string
	Exporter  Laws
	Grants    []string
	Refuses   []string
	GPC       bool
	Minor     bool
	Today     Date // 0: the day on which the test runs
	At        Position
}
