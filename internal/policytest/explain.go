package policytest

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// Explanation is the answer to a question: the decision, and what the filters did to a body.
type Explanation struct {
	Request  string
	Decision *rules.Decision
	Applied  []filter.Applied // what met the body, keeps included
	Body     []byte           // what came out; nil without a body or where it was refused
	Refused  error            // why the body was refused
	WithBody bool
	Cookies  []string // names to explain, too; none unless they are set
}

// Explain answers a question. body may be nil: then every label is listed, whether or not a body would hold it.
func Explain(p *rules.Policy, q Question, dir rules.Direction, body []byte) (*Explanation, error) {
	f, err := q.facts(p)
	if err != nil {
		return nil, err
	}
	e := &Explanation{Request: q.Request, Decision: p.Decide(f), WithBody: body != nil}
	if body == nil {
		return e, nil
	}
	media := mediaOf(q.Type)
	if media == filter.Form {
		body = withoutLineEnd(body)
	}
	e.Applied, e.Body, e.Refused = run(p, e.Decision, filter.BodySpec{Direction: dir, Media: media, Type: q.Type}, body)
	return e, nil
}

// explanationKey makes pseudonyms where no configuration gives a key. It never changes, so that tokens can stand in
// expected files; its id tells them from those of any gateway.
const explanationKey, explanationID = "privet explains with this key, and nothing else", "test"

// run passes one body through the filters of a decision.
func run(p *rules.Policy, d *rules.Decision, spec filter.BodySpec, body []byte) ([]filter.Applied, []byte, error) {
	tokens, err := filter.NewPseudonyms([]filter.Key{{ID: explanationID, Secret: []byte(explanationKey)}})
	if err != nil {
		return nil, nil, err
	}
	plan, err := filter.Compile(d, tokens, filter.Limits{})
	if err != nil {
		return nil, nil, err
	}
	if !plan.Filters(spec.Direction) {
		return nil, body, nil
	}
	var tally filter.Tally
	spec.Elements = &silent{policy: p, route: d}
	b := plan.Body(d, spec, &tally)
	defer b.Release()
	out, err := b.Feed(body)
	result := append([]byte(nil), out...)
	if err == nil {
		out, err = b.Close()
		result = append(result, out...)
	}
	if err != nil {
		return tally.Applied(), nil, err
	}
	return tally.Applied(), result, nil
}

// silent decides about elements whose subjects have no stored choices.
type silent struct {
	policy *rules.Policy
	route  *rules.Decision
}

// Element implements filter.Decider.
func (s *silent) Element(_, residence string) (*rules.Decision, error) {
	return s.policy.Decide(s.route.Facts().Of(residence)), nil
}

// WriteText prints the explanation on one page: who, what for, where to, then each field with action, reason and line.
func (e *Explanation) WriteText(w io.Writer) error {
	d := e.Decision
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", e.Request)
	fmt.Fprintf(&b, "decision   %s\n", d.ID())
	fmt.Fprintf(&b, "from       %s (%s, %s)\n", d.Country(), d.Origin(), d.Regime())
	fmt.Fprintf(&b, "endpoints  %s\n", orNone(strings.Join(d.Labels().Patterns(), ", ")))
	if d.Purpose() == "" {
		fmt.Fprintf(&b, "purpose    none: labelled fields go by otherwise\n")
	} else {
		v := d.Permitted(d.Purpose())
		fmt.Fprintf(&b, "purpose    %s: %s; %s  [%s]\n", d.Purpose(), permitted(v.Allowed), v.Reason, v.At)
	}
	writeTransfer(&b, "recipient  ", d.Transfer())
	writeTransfer(&b, "caller     ", d.Caller())
	if d.Transfer().Blocks() || d.Caller().Blocks() && len(d.Labels().Each()) == 0 {
		b.WriteString("answer     451, and nothing of the exchange passes; the fields below go by their own rules\n")
	}
	for _, c := range d.Conflicts() {
		fmt.Fprintf(&b, "conflict   %s: granted by %s, refused by %s\n", c.Purpose, c.Granted, c.Refused)
	}
	b.WriteByte('\n')
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	return e.writeFields(w)
}

func (e *Explanation) writeFields(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if e.WithBody {
		fmt.Fprintln(table, "FIELD\tCATEGORY\tACTION\tPLACES\tLINE\tREASON")
		for _, a := range e.Applied {
			action := a.Ruling.Action.String()
			if a.Unfit {
				action = "remove (unfit for " + action + ")"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\n", cmp.Or(a.Field, a.Kind.String()), a.Ruling.Category, action, a.Count, a.Ruling.At, a.Ruling.Reason)
		}
	} else {
		fmt.Fprintln(table, "FIELD\tCATEGORY\tACTION\tIN\tLINE\tREASON")
		labels := e.Decision.Labels().All()
		for i := range labels {
			for _, dir := range []rules.Direction{rules.Request, rules.Response} {
				if !labels[i].In(dir) {
					continue
				}
				r := e.Decision.Ruling(dir, i)
				fmt.Fprintf(table, "%s\t%s\t%s\t%s %s\t%s\t%s\n",
					labels[i].Field, r.Category, r.Action, dir, labels[i].Part, r.At, r.Reason)
			}
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := e.writeCookies(w); err != nil {
		return err
	}
	if e.Refused != nil {
		_, err := fmt.Fprintf(w, "\nthe body is refused: %v\n", e.Refused)
		return err
	}
	return nil
}

// writeCookies tells of each cookie whose it is, what becomes of it, and the line or the row of the cookie database that
// says so.
func (e *Explanation) writeCookies(w io.Writer) error {
	if len(e.Cookies) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nCOOKIE\tPURPOSE\tACTION\tRECIPIENT\tLINE\tREASON")
	for _, name := range e.Cookies {
		r := e.Decision.Cookie(name)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", name, cmp.Or(r.Purpose, "-"), r.Action, cmp.Or(r.Recipient, "-"), r.At, r.Reason)
	}
	return table.Flush()
}

func writeTransfer(b *strings.Builder, what string, t rules.Transfer) {
	if t.State != rules.TransferNone {
		fmt.Fprintf(b, "%s%s: transfer %s (on missing: %s); %s  [%s]\n", what, t.Recipient, t.State, t.OnMissing, t.Reason, t.At)
	}
}

func permitted(yes bool) string {
	if yes {
		return "permitted"
	}
	return "not permitted"
}

func orNone(s string) string {
	if s == "" {
		return "none that the policy names"
	}
	return s
}
