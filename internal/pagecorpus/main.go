// Command pagecorpus sends saved real pages through the gateway and judges what comes back, with an HTML parser and a
// URL parser that are not the gateway's own.
//
// The pages are third-party data that is not part of this project: PRIVET_CORPUS names a folder in which pages/index.json
// lists them, pages/ID.html.gz is one, and pages/ID.oracle.json says which of its references the public filter lists take
// for trackers. Pages are only ever served and fetched on loopback; the command ends what it starts and is bounded in time.
//
// It exits with 0 where all musts hold, with 1 where one is broken, and with 2 where it could not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// options are the command line.
type options struct {
	half    int
	only    *regexp.Regexp
	verbose bool
	grant   []string // purposes that the visitor of the judged run consents to
	url     string   // of a gateway that runs already; "" starts one
	listen  string
	binary  string
	limit   time.Duration
	lists   bool
}

var (
	errBroken = errors.New("a must is broken")
	errUsage  = errors.New("bad command line")
)

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		err = run(o, os.Stdout)
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errBroken):
		fmt.Fprintln(os.Stderr, "pagecorpus:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "pagecorpus:", err)
		os.Exit(2)
	}
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("pagecorpus", flag.ContinueOnError)
	flags.IntVar(&o.half, "half", 0, "1: pages at even places of the index, 2: at odd ones, 0: all")
	only := flags.String("page", "", "a regular expression that the page's id must match")
	flags.BoolVar(&o.verbose, "v", false, "list what is only counted otherwise")
	grant := flags.String("grant", "", "purposes that the visitor consents to, comma-separated")
	flags.StringVar(&o.url, "url", "", "a gateway that runs already, in front of -listen (default: one is started)")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "where the pages are served to the gateway")
	flags.StringVar(&o.binary, "binary", "", "the gateway (default: built from ./cmd/privet)")
	flags.BoolVar(&o.lists, "lists", true, "judge by the public lists of the corpus, too; false: by the catalogue alone")
	flags.DurationVar(&o.limit, "limit", 15*time.Minute, "how long the command may take")
	if err := flags.Parse(args); err != nil {
		return o, fmt.Errorf("%w: %w", errUsage, err)
	}
	if o.half < 0 || o.half > 2 {
		return o, fmt.Errorf("%w: -half is 0, 1 or 2", errUsage)
	}
	if *grant != "" {
		o.grant = strings.Split(*grant, ",")
	}
	var err error
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, fmt.Errorf("%w: -page: %w", errUsage, err)
	}
	return o, nil
}

// run measures and prints.
func run(o options, out io.Writer) error {
	pages, err := loadPages(os.Getenv("PRIVET_CORPUS"), o)
	if err != nil {
		return err
	}
	policy := policyText(o.lists)
	j, err := newJudge(policy, o.grant)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()

	r := &report{out: out, verbose: o.verbose, lists: o.lists && len(o.grant) == 0}
	r.agreement(pages)
	origin, err := startOrigin(o.listen, pages)
	if err != nil {
		return err
	}
	defer origin.close()
	g, err := open(ctx, o, setting{origin.address(), policy})
	if err != nil {
		return err
	}
	defer g.close()
	if err := judged(ctx, g, j, pages, r); err != nil {
		return err
	}
	if err := granted(ctx, g, pages, r); err != nil {
		return err
	}
	return r.end()
}

// judged is the run whose pages are judged reference by reference.
func judged(ctx context.Context, g *gateway, j *judge, pages []*page, r *report) error {
	cookie := ""
	if len(j.grant) > 0 {
		var err error
		if cookie, err = g.consent(ctx, j.grant); err != nil {
			return err
		}
	}
	for i, p := range pages {
		progress("judged", i, len(pages))
		a, err := g.fetch(ctx, p, cookie)
		if err != nil {
			return err
		}
		if a.refused() {
			r.refusals = append(r.refusals, a.refusal(p))
			continue
		}
		v, err := j.page(p, a.body)
		if err != nil {
			return fmt.Errorf("%s: %w", p.ID, err)
		}
		r.add(v)
	}
	r.judged()
	return nil
}

// granted is the run of a visitor who consents to everything: nothing may change.
func granted(ctx context.Context, g *gateway, pages []*page, r *report) error {
	cookie, err := g.consent(ctx, []string{"all"})
	if err != nil {
		return err
	}
	var changed []string
	for i, p := range pages {
		progress("granted", i, len(pages))
		a, err := g.fetch(ctx, p, cookie)
		switch {
		case err != nil:
			return err
		case a.refused():
			changed = append(changed, a.refusal(p))
		default:
			if _, same := inserted(p.source, a.body); !same {
				changed = append(changed, p.ID+": "+difference(p.source, a.body))
			}
		}
	}
	r.granted(len(pages), changed)
	return nil
}

func progress(what string, done, all int) {
	if done > 0 && done%50 == 0 {
		fmt.Fprintf(os.Stderr, "%s %d of %d pages\n", what, done, all)
	}
}

// newJudge asks the policy that the gateway has, for a visitor in the EEA.
func newJudge(text string, grant []string) (*judge, error) {
	policy, problems := rules.Load(rules.File{Name: "privacy.yaml", Text: []byte(text)})
	if policy == nil {
		return nil, fmt.Errorf("the policy does not load: %w", problems)
	}
	var texts []*rules.ListText
	for _, list := range policy.Lists() {
		text, err := os.ReadFile(list.File)
		if err != nil {
			return nil, err
		}
		texts = append(texts, rules.ReadList(text))
	}
	listed := policy.WithLists(texts)
	facts := rules.Facts{Country: "DE"}
	for _, id := range grant {
		if !policy.Choose(&facts.Signals.Prompt, id, true) {
			return nil, fmt.Errorf("%w: -grant: no purpose %q", errUsage, id)
		}
	}
	return &judge{decision: listed.Decide(facts), unlisted: policy.Decide(facts), marks: gatherMarks(policy), grant: grant}, nil
}
