package filter

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

// Visit is what the cookies of one request ask of its answer: how much is left of each life, which have ended, and which
// the visitor has refused. The outermost handler has one for each exchange. The zero value, before Begin, asks nothing. It
// is for one goroutine at a time.
type Visit struct {
	ages    jar.Ages
	begun   bool
	given   bool     // a cookie with a cap is being set
	ended   []string // names; the upstream does not get them
	refused []string // names
}

// Begin reads the Cookie lines of a request as they came. Cookies of strictly necessary purposes are not dated.
func (v *Visit) Begin(d *rules.Decision, lines []string, now time.Time) {
	v.begun = true
	v.ages = jar.ReadAges(lines, now, d.LongestRetention())
	for _, line := range lines {
		for start := 0; start <= len(line); {
			end := partEnd(line, ';', start)
			pair := trimSpace(line[start:end])
			if hasControl(pair) {
				return // the upstream gets nothing of what follows
			}
			if pair != "" && !isAttribute(pair) {
				v.held(d, pair)
			}
			start = end + 1
		}
	}
}

func (v *Visit) held(d *rules.Decision, pair string) {
	name := nameOf(pair)
	ruling := pairRuling(d, pair)
	switch {
	case name == jar.AgesName:
	case ruling.Action.Kind != rules.Keep:
		// Without a word of the visitor the cookie may serve a sister site that has one, and is only not passed on.
		if ruling.Purpose != "" && d.Refused(ruling.Purpose) && !slices.Contains(v.refused, name) {
			v.refused = append(v.refused, name)
		}
	case isDated(ruling) && v.ages.Held(name, ruling.Lifetime) <= 0 && !slices.Contains(v.ended, name):
		v.ended = append(v.ended, name)
	}
}

// isDated says that a cookie's life is counted from the day on which it was first seen.
func isDated(r rules.CookieRuling) bool { return r.Lifetime > 0 && !r.Renewable }

// left is how long a cookie may live that the response sets; 0 where it may not be set.
func (v *Visit) left(pair string, r rules.CookieRuling) time.Duration {
	if v == nil || !v.begun || !isDated(r) {
		return r.Lifetime
	}
	left := v.ages.Given(nameOf(pair), r.Lifetime)
	v.given = v.given || left > 0
	return left
}

func (v *Visit) hasEnded(name string) bool { return v != nil && slices.Contains(v.ended, name) }

// Answer adds the lines of Set-Cookie that delete what has ended or was refused, and the companion that keeps the days. A
// page takes all of them; other responses, most of which caches may keep, only what a cookie with a cap asks that they
// set. It says whether there were any: then the response is one visitor's.
func (v *Visit) Answer(h http.Header, site jar.Site, page bool) bool {
	if !v.begun || !page && !v.given {
		return false
	}
	names := v.ended
	if page {
		names = append(slices.Clip(names), v.refused...)
	}
	lines := site.Deletions(names, jar.WithPage())
	if v.ages.Changed() {
		lines = append(lines, v.ages.Line(site.Secure))
	}
	if len(lines) == 0 {
		return false
	}
	h["Set-Cookie"] = slices.Concat(h["Set-Cookie"], lines)
	v.begun = false
	return true
}

// nameOf is the name in a cookie pair; one without "=" has none (RFC 6265bis 5.6).
func nameOf(pair string) string {
	name, _, named := strings.Cut(pair, "=")
	if !named {
		return ""
	}
	return trimSpace(name)
}

// AgesAfter is the value of a Set-Cookie field that leaves of the companion in the Cookie lines of a request what counts
// under a decision; "" where nothing changes.
func AgesAfter(d *rules.Decision, lines []string, x Exchange) string {
	ages := jar.ReadAges(lines, x.Now, d.LongestRetention())
	secure := strings.HasPrefix(x.URL, "https://")
	switch {
	case ages.Empty() && !ages.Changed():
		return ""
	case d.LongestRetention() == 0:
		return ages.Line(secure)
	}
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ";") {
			pair := trimSpace(part)
			if ruling := pairRuling(d, pair); pair != "" && ruling.Action.Kind != rules.Keep {
				ages.Forget(nameOf(pair))
			}
		}
	}
	if !ages.Changed() {
		return ""
	}
	return ages.Line(secure)
}
