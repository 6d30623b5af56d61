package policytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// Result is what one test came to.
type Result struct {
	Name    string   `json:"name"`
	At      string   `json:"at"` // file:line:column
	Passed  bool     `json:"passed"`
	Failure string   `json:"failure,omitempty"` // why it failed; may run over several lines
	Diff    string   `json:"diff,omitempty"`    // expected against what came out, by line
	Rules   []string `json:"rules,omitempty"`   // on failure: the rulings that met the body
}

// Run runs the tests of a policy whose names choose accepts, on the given day.
func Run(p *rules.Policy, choose func(name string) bool, now time.Time) []Result {
	var results []Result
	for _, test := range p.Tests() {
		if choose(test.Name) {
			results = append(results, runOne(p, test, now))
		}
	}
	return results
}

func runOne(p *rules.Policy, test rules.Test, now time.Time) Result {
	result := Result{Name: test.Name, At: test.At.String()}
	fail := func(format string, args ...any) Result {
		result.Failure = fmt.Sprintf(format, args...)
		return result
	}
	body, err := os.ReadFile(test.File)
	if err != nil {
		return fail("the body %s cannot be read: %v", test.File, cause(err))
	}
	want, err := os.ReadFile(test.Expect)
	if err != nil {
		return fail("what is expected, %s, cannot be read: %v", test.Expect, cause(err))
	}
	e, err := Explain(p, Question{Request: test.Request, Given: test.Given, Now: now}, test.Direction, body)
	if err != nil {
		return fail("%v", err)
	}
	if e.Refused != nil {
		return fail("the body is refused: %v", e.Refused)
	}
	wanted, err := indent(want)
	if err != nil {
		return fail("what is expected is not JSON: %v", err)
	}
	got, err := indent(e.Body)
	if err != nil {
		return fail("what came out is not JSON: %v", err)
	}
	if bytes.Equal(wanted, got) {
		result.Passed = true
		return result
	}
	result.Failure = "another body came out than expected"
	result.Diff = diff(string(wanted), string(got))
	for _, a := range e.Applied {
		if a.Action != rules.Keep {
			result.Rules = append(result.Rules, ruling(a))
		}
	}
	return result
}

// cause is an error of a file without the name, which the message has already.
func cause(err error) error {
	if failed := new(fs.PathError); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

func ruling(a filter.Applied) string {
	return fmt.Sprintf("%s: %s (%s) → %s: %s", a.Ruling.At, a.Field, a.Ruling.Category, a.Ruling.Action, a.Ruling.Reason)
}

// indent brings a document into one layout, so that white space makes no difference; order and numbers do.
func indent(text []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(text), "", "  "); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
