package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/privet-gateway/privet/rules"
)

// TestDecisions runs testdata/decisions: each archive is a policy and cases. A case states facts in a line that begins
// with "given", and then asks; what stands behind " => " is the answer with its reason and position.
func TestDecisions(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/decisions/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testArchive(t, name)
		})
	}
}

func testArchive(t *testing.T, name string) {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var files []rules.File
	cases := -1
	for i, f := range archive.Files {
		if f.Name == "cases" {
			cases = i
			continue
		}
		files = append(files, rules.File{Name: f.Name, Text: f.Data})
	}
	policy, problems := rules.Load(files...)
	if policy == nil {
		t.Fatalf("the policy does not load:\n%v", problems)
	}
	got := answerAll(t, policy, string(archive.Files[cases].Data))
	if flag.Lookup("update").Value.String() == "true" {
		archive.Files[cases].Data = []byte(got)
		if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(archive.Files[cases].Data), got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func answerAll(t *testing.T, p *rules.Policy, cases string) string {
	t.Helper()
	var out strings.Builder
	var d *rules.Decision
	for line := range strings.Lines(cases) {
		line = strings.TrimRight(line, "\n")
		ask, _, _ := strings.Cut(line, " => ")
		switch {
		case strings.HasPrefix(ask, "given"):
			d = p.Decide(given(t, p, strings.Fields(ask)[1:]))
			out.WriteString(ask + "\n")
		case strings.TrimSpace(ask) == "" || strings.HasPrefix(ask, "#"):
			out.WriteString(line + "\n")
		default:
			out.WriteString(ask + " => " + answer(t, d, strings.Fields(ask)) + "\n")
		}
	}
	return out.String()
}

// given reads facts: a place, then words such as purpose=service, grant=analytics, stored-refuse=email, gpc, minor.
func given(t *testing.T, p *rules.Policy, words []string) rules.Facts {
	t.Helper()
	day, err := rules.ParseDate("2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	f := rules.Facts{Country: words[0], Today: day}
	method, path := "GET", "/"
	choose := func(c *rules.Choices, id string, grant bool) {
		if !p.Choose(c, id, grant) {
			t.Fatalf("%q cannot be chosen", id)
		}
	}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "purpose":
			f.Purpose = value
		case "recipient":
			f.Recipient = value
		case "caller":
			f.Caller = value
		case "exporter":
			f.Exporter = rules.LawOf(value)
		case "path":
			path = value
		case "method":
			method = value
		case "today":
			if f.Today, err = rules.ParseDate(value); err != nil {
				t.Fatal(err)
			}
		case "grant":
			choose(&f.Signals.Prompt, value, true)
		case "shown":
			choose(&f.Signals.Prompt, value, true)
			p.MarkShown(&f.Signals.Prompt, value)
		case "refuse":
			choose(&f.Signals.Prompt, value, false)
		case "stored-grant":
			choose(&f.Signals.Stored, value, true)
		case "stored-refuse":
			choose(&f.Signals.Stored, value, false)
		case "after":
			choose(&f.Signals.Stored, value, true)
			p.MarkAfter(&f.Signals.Stored, value)
		case "gpc":
			f.Signals.GPC = true
		case "restricted":
			f.Signals.Restricted = true
		case "minor":
			f.Minor = true
		case "consent-mode":
			f.ConsentMode = true
		case "element":
			f.Element = true
		default:
			t.Fatalf("unknown fact %q", word)
		}
	}
	f.Labels = p.Match(rules.Exchange{Method: method, Host: "example.com", Paths: []string{path}})
	return f
}

func answer(t *testing.T, d *rules.Decision, ask []string) string {
	t.Helper()
	verdict := func(v rules.Verdict) string {
		word := map[bool]string{true: "yes", false: "no"}[v.Allowed]
		return fmt.Sprintf("%s: %s [%s]", word, v.Reason, v.At)
	}
	ruling := func(r rules.Ruling) string { return fmt.Sprintf("%s: %s [%s]", r.Action, r.Reason, r.At) }
	transfer := func(t rules.Transfer) string {
		return fmt.Sprintf("%s (%s, on missing %s): %s [%s]", t.State, t.Laws, t.OnMissing, t.Reason, t.At)
	}
	switch ask[0] {
	case "permitted":
		return verdict(d.Permitted(ask[1]))
	case "stored":
		return verdict(d.Stored(ask[1]))
	case "embed":
		return verdict(d.Embed(ask[1]))
	case "transfer":
		return transfer(d.Transfer())
	case "caller":
		return transfer(d.Caller())
	case "regime":
		return d.Origin() + " " + d.Regime().String()
	case "list":
		return d.PermittedList()
	case "cookie":
		c := d.Cookie(ask[1])
		return fmt.Sprintf("%s (purpose %q, recipient %q, at most %s)", ruling(c.Ruling), c.Purpose, c.Recipient, c.Lifetime)
	case "param":
		r, recipient, ok := d.Param(ask[1])
		return fmt.Sprintf("%s (recipient %q, owned %t)", ruling(r), recipient, ok)
	case "mode":
		denied, told := d.ConsentMode()
		return fmt.Sprintf("told %t, denied %s", told, strings.Join(denied, " "))
	case "owns":
		return strconv.FormatBool(d.OwnsDomain(ask[1]))
	case "conflicts":
		return fmt.Sprint(d.Conflicts())
	case "endpoints":
		return strings.Join(d.Labels().Patterns(), " | ")
	case "request", "response":
		direction := map[string]rules.Direction{"request": rules.Request, "response": rules.Response}[ask[0]]
		for i, l := range d.Labels().All() {
			if l.Field == ask[1] && (l.In(direction) || l.Part != rules.Body) {
				return ruling(d.Ruling(direction, i))
			}
		}
		return "not labelled"
	default:
		t.Fatalf("unknown question %q", ask[0])
		return ""
	}
}
