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
	contentType := test.Type
	if contentType == "" {
		contentType = TypeOf(test.File)
	}
	if mediaOf(contentType) == filter.Form {
		want = withoutLineEnd(want)
	}
	e, err := Explain(p, Question{Request: test.Request, Given: test.Given, Type: contentType, Now: now}, test.Direction, body)
	if err != nil {
		return fail("%v", err)
	}
	if e.Refused != nil {
		return fail("the body is refused: %v", e.Refused)
	}
	if result.Passed, result.Diff, err = tell(mediaOf(contentType), want, e.Body); err != nil {
		return fail("%v", err)
	}
	if result.Passed {
		return result
	}
	result.Failure = "another body came out than expected"
	for _, a := range e.Applied {
		if a.Action != rules.Keep {
			result.Rules = append(result.Rules, ruling(a))
		}
	}
	return result
}

// tell says whether what came out is what was wanted, and where it is not. White space in JSON makes no difference; a
// body behind a prefix, and all of another format, must be the same byte for byte.
func tell(media filter.Media, want, got []byte) (same bool, difference string, err error) {
	if bytes.Equal(want, got) {
		return true, "", nil
	}
	if media == filter.JSON {
		if document, err := indent(got); err == nil {
			wanted, err := indent(want)
			if err != nil {
				return false, "", fmt.Errorf("what is expected is not JSON: %w", err)
			}
			return wanted == document, diff(wanted, document), nil
		}
	}
	return false, diff(visible(want), visible(got)), nil
}

// cause is an error of a file without the name, which the message has already.
func cause(err error) error {
	if failed := new(fs.PathError); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

func ruling(a filter.Applied) string {
	what := a.Kind.String()
	if a.Field != "" {
		what = a.Field + " (" + a.Ruling.Category + ")"
	}
	return fmt.Sprintf("%s: %s → %s: %s", a.Ruling.At, what, a.Ruling.Action, a.Ruling.Reason)
}

// indent brings a document into one layout, so that white space makes no difference; order and numbers do.
func indent(text []byte) (string, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(text), "", "  "); err != nil {
		return "", err
	}
	return b.String(), nil
}
