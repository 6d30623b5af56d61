package policytest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
)

// Write prints results as text, as JSON, or as JUnit's XML for CI.
func Write(w io.Writer, results []Result, format string) error {
	switch format {
	case "text":
		return writeText(w, results)
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(results)
	case "junit":
		return writeJUnit(w, results)
	default:
		return fmt.Errorf("format %q is not known; there are text, json and junit", format)
	}
}

func writeText(w io.Writer, results []Result) error {
	passed := 0
	for _, r := range results {
		if r.Passed {
			passed++
			fmt.Fprintf(w, "ok    %s\n", r.Name)
			continue
		}
		fmt.Fprintf(w, "FAIL  %s\n      %s: %s\n", r.Name, r.At, r.Failure)
		for _, rule := range r.Rules {
			fmt.Fprintf(w, "      %s\n", rule)
		}
		if r.Diff != "" {
			fmt.Fprintf(w, "%s", r.Diff)
		}
	}
	_, err := fmt.Fprintf(w, "%d passed, %d failed\n", passed, len(results)-passed)
	return err
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	At      string        `xml:"file,attr"` // file:line:column
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(w io.Writer, results []Result) error {
	suite := junitSuite{Name: "privacy policy", Tests: len(results)}
	for _, r := range results {
		c := junitCase{Name: r.Name, At: r.At}
		if !r.Passed {
			suite.Failures++
			c.Failure = &junitFailure{Message: r.Failure, Text: r.Diff}
		}
		suite.Cases = append(suite.Cases, c)
	}
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}
