package caddymodule

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/privet-gateway/privet/internal/policytest"
	"github.com/privet-gateway/privet/rules"
)

// asked are the flags of explain.
type asked struct {
	policy   []string
	given    rules.Given
	exporter string
	date     string
	bodyType string
	cookies  []string
	request  bool
}

func explainCommand() *cobra.Command {
	var a asked
	c := &cobra.Command{
		Use:   `explain [flags] "METHOD HOST/PATH" [BODY]`,
		Short: "Says what happens to each field of an exchange, and which line decided",
		Long: `Says for one request what the policy decides, and for each labelled field of a body its action, the reason and the
line that decided. BODY is a file, or - for standard input; without it every label of the endpoint is listed. It is read
as its name says (.ndjson, .jsonl, .json-seq, .events, .sse, .form, .csv, .tsv, .xml, .js), as --type says, or as JSON.`,
		Example: `  privet privacy explain --purpose analytics --country DE --grant analytics "GET /v1/accounts/42" account.json`,
		Args:    cobra.RangeArgs(1, 2),
	}
	flags := c.Flags()
	flags.StringSliceVar(&a.policy, "policy", nil, "policy files or globs (default: those of ./Caddyfile)")
	flags.StringVar(&a.given.Purpose, "purpose", "", "purpose of the route (default: the policy's default purpose)")
	flags.StringVar(&a.given.Country, "country", "", "where the data subject is, ISO 3166-1 or -2 (default: unknown)")
	flags.StringVar(&a.given.Recipient, "recipient", "", "recipient behind the route")
	flags.StringVar(&a.given.Caller, "caller", "", "who gets the response")
	flags.StringVar(&a.exporter, "exporter", "", "law this establishment is under: EEA, GB or CH")
	flags.StringSliceVar(&a.given.Grants, "grant", nil, "purposes or categories the person granted")
	flags.StringSliceVar(&a.given.Refuses, "refuse", nil, "purposes or categories the person refused")
	flags.BoolVar(&a.given.GPC, "gpc", false, "the browser sends Sec-GPC: 1")
	flags.BoolVar(&a.given.Minor, "minor", false, "the data subject is a minor")
	flags.StringVar(&a.date, "date", "", "the day to decide for (default: today)")
	flags.StringVar(&a.bodyType, "type", "", "Content-Type of BODY (default: as its name says)")
	flags.StringSliceVar(&a.cookies, "cookie", nil, "names of cookies to explain")
	flags.BoolVar(&a.request, "request", false, "BODY is the request's, not the response's")
	c.RunE = run(func(out io.Writer, args []string) error { return a.explain(out, args) })
	return c
}

func (a *asked) explain(out io.Writer, args []string) error {
	policy, _, err := load(io.Discard, a.policy)
	if err != nil {
		return err
	}
	if a.given.Exporter, err = parseExporter(a.exporter); err != nil {
		return err
	}
	when, err := now(a.date)
	if err != nil {
		return err
	}
	body, err := bodyOf(args[1:])
	if err != nil {
		return err
	}
	if a.bodyType == "" && len(args) > 1 {
		a.bodyType = policytest.TypeOf(args[1])
	}
	direction := rules.Response
	if a.request {
		direction = rules.Request
	}
	e, err := policytest.Explain(policy, policytest.Question{Request: args[0], Given: a.given, Type: a.bodyType, Now: when}, direction, body)
	if err != nil {
		return err
	}
	e.Cookies = a.cookies
	return e.WriteText(out)
}

var errEmptyBody = errors.New("the body is empty; without a body leave the argument out")

func bodyOf(args []string) (body []byte, err error) {
	if len(args) == 0 {
		return nil, nil
	}
	if args[0] == "-" {
		body, err = io.ReadAll(os.Stdin)
	} else {
		body, err = os.ReadFile(args[0])
	}
	if err == nil && len(body) == 0 {
		err = errEmptyBody
	}
	return body, err
}

func testCommand() *cobra.Command {
	var pattern, format, date string
	c := &cobra.Command{
		Use:   "test [FILES]",
		Short: "Runs the tests of a policy",
	}
	c.Flags().StringVar(&pattern, "run", "", "only tests whose name holds this text")
	c.Flags().StringVar(&format, "format", "text", "text, json or junit")
	c.Flags().StringVar(&date, "date", "", "the day to decide for (default: today)")
	c.RunE = run(func(out io.Writer, args []string) error {
		policy, _, err := load(io.Discard, args)
		if err != nil {
			return err
		}
		when, err := now(date)
		if err != nil {
			return err
		}
		results := policytest.Run(policy, func(name string) bool { return strings.Contains(name, pattern) }, when)
		if err := policytest.Write(out, results, format); err != nil {
			return err
		}
		if len(results) == 0 {
			return failure{exitNotGood, "no test ran"}
		}
		failed := 0
		for _, r := range results {
			if !r.Passed {
				failed++
			}
		}
		if failed > 0 {
			return failure{exitNotGood, fmt.Sprintf("%d of %d tests failed", failed, len(results))}
		}
		return nil
	})
	return c
}
