package rules

import (
	"sort"
	"strconv"
	"strings"
)

// Severity says what a Problem means for loading.
type Severity uint8

const (
	// Error keeps the policy from loading.
	Error Severity = iota
	// Warning is a lint: the policy loads and is enforced as written.
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one thing wrong in a policy file: what is wrong, and what would be right.
type Problem struct {
	At       Position
	Severity Severity
	What     string // what is wrong
	Instead  string // what would be right; may be empty
}

// String is "file:line:column: what is wrong; what would be right", warnings marked as such.
func (p Problem) String() string {
	text := p.At.String() + ": "
	if p.Severity == Warning {
		text += "warning: "
	}
	text += p.What
	if p.Instead != "" {
		text += "; " + p.Instead
	}
	return text
}

// Problems is everything that one pass over a policy found, sorted by position.
type Problems []Problem //nolint:errname // what check lists; an error only where there are errors among them

// Error joins the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Errors are the problems that keep the policy from loading.
func (ps Problems) Errors() Problems { return ps.of(Error) }

// Warnings are the lints.
func (ps Problems) Warnings() Problems { return ps.of(Warning) }

func (ps Problems) of(s Severity) Problems {
	var out Problems
	for _, p := range ps {
		if p.Severity == s {
			out = append(out, p)
		}
	}
	return out
}

// Summary is "2 errors, 1 warning".
func (ps Problems) Summary() string {
	return count(len(ps.Errors()), "error") + ", " + count(len(ps.Warnings()), "warning")
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func (ps Problems) sort() {
	sort.SliceStable(ps, func(i, j int) bool {
		if ps[i].At != ps[j].At {
			return ps[i].At.Before(ps[j].At)
		}
		return ps[i].What < ps[j].What
	})
}
