package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// report gathers verdicts and prints them.
type report struct {
	out      io.Writer
	verbose  bool
	lists    bool // the lists by which the oracle judges are loaded
	refusals []string
	verdicts []*verdict
	broken   []string
}

func (r *report) add(v *verdict) { r.verdicts = append(r.verdicts, v) }

func (r *report) say(format string, args ...any) { fmt.Fprintf(r.out, format+"\n", args...) }

// must prints a figure that has to be 0, and all that it counts.
func (r *report) must(what string, n int, list []string) {
	verdict := "held"
	if n > 0 {
		verdict = "BROKEN"
		r.broken = append(r.broken, fmt.Sprintf("%s: %d", what, n))
	}
	r.say("%-72s %6d  must be 0: %s", what, n, verdict)
	r.list(list)
}

// figure prints a number, and with -v what it counts.
func (r *report) figure(what string, n int, list []string) {
	r.say("%-72s %6d", what, n)
	if r.verbose {
		r.list(list)
	}
}

func (r *report) list(list []string) {
	for _, line := range list {
		r.say("    %s", line)
	}
}

// minAgreement is how much of the oracle's extraction of the sources this command's must repeat.
const minAgreement = 0.999

// agreement compares the references of the sources with those that the oracle found.
func (r *report) agreement(pages []*page) {
	var same, all, scripts, scriptsSame, texts int
	var deviations []string
	for _, p := range pages {
		x, err := p.extract(p.source)
		if err != nil {
			deviations = append(deviations, fmt.Sprintf("%s: %v", p.ID, err))
			all += len(p.oracle.Refs)
			continue
		}
		mine := count(x)
		for i := range p.oracle.Refs {
			one := &p.oracle.Refs[i]
			all++
			if mine[one.key()]--; mine[one.key()] >= 0 {
				same++
			} else {
				deviations = append(deviations, fmt.Sprintf("%s: not found: %v", p.ID, one.key()))
			}
		}
		for k, n := range mine {
			if n > 0 {
				all += n
				deviations = append(deviations, fmt.Sprintf("%s: found, and not by the oracle: %v, %d times", p.ID, k, n))
			}
		}
		scripts += len(p.oracle.Scripts)
		scriptsSame += len(p.suspects(x))
		if sum(x.text) == p.oracle.Text {
			texts++
		} else {
			deviations = append(deviations, p.ID+": another visible text")
		}
	}
	slices.Sort(deviations)
	r.say("%d pages", len(pages))
	share := float64(same) / float64(max(all, 1))
	verdict := "held"
	if share < minAgreement {
		verdict = "BROKEN"
		r.broken = append(r.broken, "agreement with the oracle")
	}
	r.say("references of the sources as the oracle finds them: %d of %d, %.3f %%; must be %.1f %%: %s", same, all, share*100, minAgreement*100, verdict)
	r.list(deviations)
	r.say("suspect scripts, the same: %d of %d; visible texts: %d of %d\n", scriptsSame, scripts, texts, len(pages))
}

// judged prints what came of the run without consent, or with some.
func (r *report) judged() {
	total := sumOf(r.verdicts)
	r.must("pages refused", len(r.refusals), r.refusals)
	r.say("%-72s %6d", "references in the sources", total.refs)
	r.say("    to vendors that the policy knows: %d, and %d that may stay; to others that the oracle takes for trackers: %d",
		total.catalogued, total.permitted, total.others)
	r.say("    to trackers, as the oracle has it: %d", total.trackers)
	if r.lists {
		r.must("tracker references left", len(total.trackerLeft), lines(total.trackerLeft))
	} else {
		r.figure("tracker references left", len(total.trackerLeft), lines(total.trackerLeft))
	}
	r.must("references to vendors that the policy knows left", len(total.left), lines(total.left))
	r.top(tallied(kinds(total.left)), len(total.left))
	r.figure("references left to others that the oracle takes for trackers", len(total.leftOthers), nil)
	r.top(tallied(total.leftOthers), 25)
	r.must("other references lost", len(total.lost), lines(total.lost))
	r.figure("references lost to others that the oracle takes for trackers", len(total.lostOthers), lines(total.lostOthers))
	r.must("references that the source does not have", len(total.appeared), lines(total.appeared))
	r.figure("references to vendors that the policy knows removed that are no trackers to the oracle", len(total.unlisted), nil)
	r.top(tallied(kinds(total.unlisted)), 200)
	if r.verbose {
		r.top(tallied(shapes(total.unlisted)), len(total.unlisted))
	}
	r.figure("trackers on domains of the catalogue that nothing meets", len(total.missing), nil)
	r.top(tallied(shapes(total.missing)), 500)
	r.scripts(&total.scripts)
	r.untouched()
}

func (r *report) scripts(s *scriptVerdict) {
	r.say("%-72s %6d of %d", "scripts in the text removed", s.removed, s.all)
	r.say("    with hosts that are trackers to the oracle: %d; with markers alone: %d; with neither: %d", s.hosts, s.markers, len(s.unknown))
	r.top(tallied(kinds(s.unknown)), 200)
	if r.verbose {
		r.list(lines(s.unknown))
	}
	r.say("%-72s %6d", "scripts whose tracker hosts are catalogued, held back in the browser", s.held)
	r.must("scripts left all of whose tracker hosts are catalogued", len(s.left), lines(s.left))
	r.must("blocks of data removed", len(s.data), lines(s.data))
}

// untouched prints how pages fared that give no reason to change them.
func (r *report) untouched() {
	var all, unchanged, inserted, guarded int
	var changed, texts []string
	for _, v := range r.verdicts {
		if v.trackerless {
			all++
			if v.guarded {
				guarded++
			}
			switch {
			case !v.unchanged:
				changed = append(changed, v.page.ID+": "+v.difference)
			case v.inserted:
				inserted++
				unchanged++
			default:
				unchanged++
			}
		}
		if v.textChanged {
			texts = append(texts, v.page.ID)
		}
	}
	r.say("%-72s %6d of %d, with an insertion %d", "pages without a tracker that are byte-identical but for the insertion", unchanged, all, inserted)
	r.list(changed)
	r.say("%-72s %6d of %d", "of these, pages that run scripts and have a guard", guarded, all)
	r.say("%-72s %6d %s\n", "pages whose visible text changed", len(texts), strings.Join(texts, " "))
}

// granted prints the run with all consent.
func (r *report) granted(pages int, changed []string) {
	r.say("with consent to everything: %d of %d pages are byte-identical but for the insertion", pages-len(changed), pages)
	r.must("pages that consent to everything does not leave as they are", len(changed), changed)
}

// end gives the error that says which musts are broken.
func (r *report) end() error {
	if len(r.broken) > 0 {
		return fmt.Errorf("%w: %s", errBroken, strings.Join(r.broken, "; "))
	}
	r.say("\nall musts held")
	return nil
}

func lines(list []finding) []string {
	out := make([]string, 0, len(list))
	for _, f := range list {
		out = append(out, f.page+": "+f.what)
	}
	return out
}

// shapes are what was found and whose that may be.
func shapes(list []finding) []string {
	out := make([]string, 0, len(list))
	for _, f := range list {
		out = append(out, f.what+" of "+f.kind)
	}
	return out
}

func kinds(list []finding) []string {
	out := make([]string, 0, len(list))
	for _, f := range list {
		out = append(out, f.kind)
	}
	return out
}

func tallied(list []string) map[string]int {
	out := map[string]int{}
	for _, s := range list {
		out[s]++
	}
	return out
}

// top prints the most frequent.
func (r *report) top(of map[string]int, most int) {
	names := slices.SortedFunc(maps.Keys(of), func(a, b string) int {
		return cmp.Or(cmp.Compare(of[b], of[a]), cmp.Compare(a, b))
	})
	for _, name := range names[:min(len(names), most)] {
		r.say("    %5d %s", of[name], name)
	}
}

// sumOf adds verdicts up.
func sumOf(verdicts []*verdict) *verdict {
	t := &verdict{}
	for _, v := range verdicts {
		t.refs += v.refs
		t.catalogued += v.catalogued
		t.permitted += v.permitted
		t.others += v.others
		t.trackers += v.trackers
		t.trackerLeft = append(t.trackerLeft, v.trackerLeft...)
		t.left = append(t.left, v.left...)
		t.leftOthers = append(t.leftOthers, v.leftOthers...)
		t.lost = append(t.lost, v.lost...)
		t.lostOthers = append(t.lostOthers, v.lostOthers...)
		t.appeared = append(t.appeared, v.appeared...)
		t.unlisted = append(t.unlisted, v.unlisted...)
		t.missing = append(t.missing, v.missing...)
		s, one := &t.scripts, &v.scripts
		s.all += one.all
		s.removed += one.removed
		s.hosts += one.hosts
		s.markers += one.markers
		s.unknown = append(s.unknown, one.unknown...)
		s.held += one.held
		s.left = append(s.left, one.left...)
		s.data = append(s.data, one.data...)
	}
	return t
}
