package filter

import (
	"errors"
	"fmt"
	"math/rand"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// exchange is one exchange of a test, decided and compiled.
type exchange struct {
	policy   *rules.Policy
	facts    rules.Facts
	decision *rules.Decision
	plan     *Plan
	asked    []string // subject and residence of each element, in order
	refuses  map[string]string
}

// header are the purposes that the policies of the tests share: the route's is service, analytics waits for a grant.
const header = `
purposes:
  service: {basis: contract, default: true}
  analytics: {basis: consent}
regimes: {default: opt_in, US: opt_out}
`

func newExchange(tb testing.TB, policy, request string) *exchange {
	tb.Helper()
	return newExchangeWith(tb, policy, request, rules.Facts{Purpose: "service", Country: "DE"})
}

func newExchangeWith(tb testing.TB, policy, request string, facts rules.Facts) *exchange {
	tb.Helper()
	p, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(header + policy)})
	if p == nil {
		tb.Fatalf("the policy does not load:\n%v", problems)
	}
	method, path, _ := strings.Cut(request, " ")
	facts.Labels = p.Match(rules.Exchange{Method: method, Host: "api.example.com", Paths: []string{path}})
	x := &exchange{policy: p, facts: facts, decision: p.Decide(facts)}
	var err error
	if x.plan, err = Compile(x.decision, testTokens(tb), Limits{Held: 4096}); err != nil {
		tb.Fatal(err)
	}
	return x
}

// Element implements Decider: a residence is the country, and a subject may have refused a category.
func (x *exchange) Element(subject, residence string) (*rules.Decision, error) {
	x.asked = append(x.asked, subject+" in "+residence)
	if residence == "FAULT" {
		return nil, errors.New("the store is down")
	}
	facts := x.facts
	facts.Element, facts.Country, facts.Signals = true, residence, rules.Signals{}
	if category, ok := x.refuses[subject]; ok && !x.policy.Choose(&facts.Signals.Stored, category, false) {
		return nil, errors.New("no such category")
	}
	return x.policy.Decide(facts), nil
}

// filtered is what came of a body.
type filtered struct {
	out     string
	refusal *Refusal
	applied []string // "field action count", "!" behind what was unfit
}

// filter feeds the chunks and closes.
func (x *exchange) filter(tb testing.TB, dir rules.Direction, chunks ...string) filtered {
	tb.Helper()
	return x.filterAs(tb, BodySpec{Direction: dir, Media: JSON}, chunks...)
}

// filterAs feeds the chunks of any format.
func (x *exchange) filterAs(tb testing.TB, spec BodySpec, chunks ...string) filtered {
	tb.Helper()
	var tally Tally
	x.asked, spec.Elements = nil, x
	b := x.plan.Body(x.decision, spec, &tally)
	defer b.Release()
	var out strings.Builder
	var err error
	for _, chunk := range chunks {
		var part []byte
		if part, err = b.Feed([]byte(chunk)); err != nil {
			break
		}
		out.Write(part)
	}
	if err == nil {
		var part []byte
		part, err = b.Close()
		out.Write(part)
	}
	got := filtered{out: out.String()}
	if err != nil && !errors.As(err, &got.refusal) {
		tb.Fatalf("the error is no refusal: %v", err)
	}
	got.applied = linesOf(&tally)
	return got
}

// linesOf tells each rule that acted on a line.
func linesOf(tally *Tally) (lines []string) {
	for _, a := range tally.Applied() {
		line := fmt.Sprintf("%s %s %d", a.Field, a.Action, a.Count)
		if a.Kind == Undeclared {
			line = fmt.Sprintf("(undeclared) %s %d", a.Action, a.Count)
		}
		if a.Kind == Element {
			line = fmt.Sprintf("(element) %s %d", a.Action, a.Count)
		}
		if a.Unfit {
			line += "!"
		}
		lines = append(lines, line)
	}
	return lines
}

func (x *exchange) response(tb testing.TB, chunks ...string) filtered {
	tb.Helper()
	return x.filter(tb, rules.Response, chunks...)
}

// expect compares what came of a body with what should, for the body whole and in pieces.
func (x *exchange) expect(t *testing.T, in, want string, applied ...string) {
	t.Helper()
	seed := rand.Int63()
	for _, chunks := range splits(in, seed) {
		got := x.response(t, chunks...)
		if got.refusal != nil {
			t.Fatalf("refused: %v (in %d pieces, seed %d)", got.refusal, len(chunks), seed)
		}
		if got.out != want {
			t.Fatalf("got  %s\nwant %s\n(in %d pieces, seed %d)", got.out, want, len(chunks), seed)
		}
		if len(applied) > 0 && !slices.Equal(got.applied, applied) {
			t.Fatalf("applied\n%s\nwant\n%s\n(in %d pieces, seed %d)", strings.Join(got.applied, "\n"), strings.Join(applied, "\n"), len(chunks), seed)
		}
	}
}

// splits are a body whole, byte by byte, and at random places.
func splits(in string, seed int64) [][]string {
	out := [][]string{{in}, strings.Split(in, "")}
	if in != "" {
		bytewise := make([]string, len(in))
		for i := range len(in) {
			bytewise[i] = in[i : i+1]
		}
		out[1] = bytewise
	}
	random := rand.New(rand.NewSource(seed))
	for range 4 {
		var chunks []string
		for rest := in; rest != ""; {
			n := 1 + random.Intn(min(len(rest), 24))
			chunks = append(chunks, rest[:n])
			rest = rest[n:]
		}
		out = append(out, chunks)
	}
	return out
}

// skipUnderRace leaves out what counts allocations.
func skipUnderRace(t *testing.T) {
	t.Helper()
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("pools lose things at random under the race detector")
	}
}
