package caddymodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/privet-gateway/privet/rules"
	"github.com/privet-gateway/privet/rules/catalog"
)

// The exit codes of every privacy command.
const (
	exitCannot   = 1 // it could not run
	exitNotGood  = 2 // a test failed, or a policy has errors
	commandShort = "Checks, tests and explains a privacy policy"
)

func command() caddycmd.Command {
	return caddycmd.Command{
		Name:  "privacy",
		Short: commandShort,
		Long: commandShort + `.

FILES are policy files or globs; without any, those of ./Caddyfile are taken.
Exit codes: 0 good, 1 it could not run, 2 a test failed or the policy has errors.`,
		CobraFunc: func(c *cobra.Command) {
			c.AddCommand(checkCommand(), testCommand(), explainCommand(), catalogCommand(), schemaCommand())
		},
	}
}

// failure carries an exit code through cobra to Caddy's main, which prints it.
type failure struct {
	code int
	text string
}

func (f failure) Error() string { return f.text }

// run wraps a command: its failure becomes an exit code, and is printed as it is. Caddy would log it, as JSON where
// nobody watches, and editors and CI read file:line:column at the beginning of a line.
func run(do func(out io.Writer, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		err := do(os.Stdout, args)
		if err == nil {
			return nil
		}
		c.SilenceErrors = true
		if _, printing := fmt.Fprintln(os.Stderr, err); printing != nil {
			return printing
		}
		code := exitCannot
		if f := (failure{}); errors.As(err, &f) {
			code = f.code
		}
		if code == exitCannot {
			return err
		}
		// Codes above 1 travel to Caddy's main in an error of its own.
		return caddycmd.WrapCommandFuncForCobra(func(caddycmd.Flags) (int, error) { return code, nil })(c, args)
	}
}

// load reads the policy of a command. Problems are printed, one a line, as editors and CI read them.
func load(out io.Writer, patterns []string) (*rules.Policy, rules.Problems, error) {
	if len(patterns) == 0 {
		var err error
		if patterns, err = configured("Caddyfile"); err != nil {
			return nil, nil, fmt.Errorf("no policy files named, and none found through ./Caddyfile: %w", err)
		}
	}
	files, problems := readPolicy(patterns)
	if len(problems) > 0 {
		return nil, nil, problems
	}
	policy, problems := rules.Load(files...)
	for _, p := range problems {
		if _, err := fmt.Fprintln(out, p); err != nil {
			return nil, nil, err
		}
	}
	if errs := problems.Errors(); len(errs) > 0 {
		return nil, problems, failure{exitNotGood, "the policy has " + problems.Summary()}
	}
	var read lists
	texts, states, more := read.readLists(policy)
	more = append(more, lintLists(states)...)
	for _, p := range more {
		if _, err := fmt.Fprintln(out, p); err != nil {
			return nil, nil, err
		}
	}
	problems = append(problems, more...)
	if errs := more.Errors(); len(errs) > 0 {
		return nil, problems, failure{exitNotGood, "the policy has " + problems.Summary()}
	}
	return policy.WithLists(texts), problems, nil
}

var errNoPolicy = errors.New("it has no `privacy { policy … }` among its global options")

// configured finds the policy files that a Caddyfile names.
func configured(name string) ([]string, error) {
	text, err := os.ReadFile(name) //nolint:gosec // the caller's own Caddyfile
	if err != nil {
		return nil, err
	}
	adapted, _, err := caddyconfig.GetAdapter("caddyfile").Adapt(text, map[string]any{"filename": name})
	if err != nil {
		return nil, err
	}
	var config struct {
		Apps struct {
			Privacy struct {
				Policy []string `json:"policy"`
			} `json:"privacy"`
		} `json:"apps"`
	}
	if err := json.Unmarshal(adapted, &config); err != nil {
		return nil, err
	}
	if len(config.Apps.Privacy.Policy) == 0 {
		return nil, errNoPolicy
	}
	return config.Apps.Privacy.Policy, nil
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILES]",
		Short: "Prints every error and lint of a policy, with positions",
		RunE: run(func(out io.Writer, args []string) error {
			policy, problems, err := load(out, args)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "the policy loads: %d purposes, %d categories, %d recipients, %d endpoints, %d tests; %s\n",
				len(policy.Purposes()), len(policy.Categories()), len(policy.Recipients()), len(policy.Endpoints()), len(policy.Tests()), problems.Summary())
			fmt.Fprintln(out, "\nnot built yet, and refused where a policy asks for it:")
			for _, what := range rules.NotBuilt() {
				fmt.Fprintln(out, "  "+what)
			}
			return nil
		}),
	}
}

func catalogCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "catalog",
		Short: "Lists what is built in: purposes, categories, recipients and the cookie database",
		Args:  cobra.NoArgs,
		RunE: run(func(out io.Writer, _ []string) error {
			policy, problems := rules.Load()
			if policy == nil {
				return problems
			}
			table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			for _, p := range policy.Purposes() {
				fmt.Fprintf(table, "purpose\t%s\t%s\t%s\n", p.ID, p.Basis, p.Title)
			}
			for _, c := range policy.Categories() {
				fmt.Fprintf(table, "category\t%s\totherwise %s\t%s\n", c.ID, c.Otherwise, c.Title)
			}
			for _, r := range policy.Recipients() {
				fmt.Fprintf(table, "recipient\t%s\t%s, %s\t%s\n", r.ID, r.Country, r.Purpose, r.Title)
			}
			n := catalog.CountCookies()
			fmt.Fprintf(table, "cookies\t%d of %d rows\tadvertising %d, analytics %d, functionality %d\t%s\n",
				n.Advertising+n.Analytics+n.Functionality, n.Rows, n.Advertising, n.Analytics, n.Functionality, catalog.CookieSource)
			return table.Flush()
		}),
	}
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Prints the JSON Schema of the policy language, for editors",
		Args:  cobra.NoArgs,
		RunE: run(func(out io.Writer, _ []string) error {
			_, err := out.Write(rules.Schema())
			return err
		}),
	}
}

// now is the day on which a command answers, or the one it is told.
func now(date string) (time.Time, error) {
	if date == "" {
		return time.Now(), nil
	}
	day, err := rules.ParseDate(date)
	if err != nil {
		return time.Time{}, fmt.Errorf("--date %q is no date; write it as 2006-01-02", date)
	}
	return day.Time(), nil
}
