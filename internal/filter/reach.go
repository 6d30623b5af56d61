package filter

import (
	"net/http"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// Reach is what rules of a route could act on beside the decision of one visitor.
type Reach struct {
	Policy *rules.Policy // nil: any cookie with a purpose may be dropped
	Host   string        // of the site; may have a port
	URL    string        // of the request as the browser sees it
	Body   bool          // the body has labelled fields or elements, and is of a type that a filter reads
}

// Acts says whether some rule could act on a response for any visitor at all, so that the response is a variant. The
// decision stands for all visitors: it names the labels and the owners of cookies and parameters, which are theirs too.
func (p *Plan) Acts(d *rules.Decision, h http.Header, r Reach) bool {
	if r.Body {
		return true
	}
	e := errand{plan: p, decision: d, direction: rules.Response, tally: &Tally{}, host: r.Host}
	defer e.done()
	for key, lines := range h {
		name := strings.TrimPrefix(key, http.TrailerPrefix)
		if len(lines) == 0 {
			continue
		}
		if e.isLabelled(name) || e.reaches(name, lines, r) {
			return true
		}
	}
	return false
}

func (e *errand) isLabelled(name string) bool {
	var room [64]byte
	return len(e.plan.columns.header[string(appendFolded(room[:0], name))]) > 0
}

// reaches says that a rule could act on lines of a field that no label names.
func (e *errand) reaches(name string, lines []string, r Reach) bool {
	for _, line := range lines {
		role := roleOf(name)
		found := e.announcesKnown(role, line, Exchange{URL: r.URL})
		if found {
			return true
		}
		switch role {
		case asSetCookie:
			found = e.reachesCookie(line, r)
		case asSetCookie2:
			found = true
		case asReference:
			found = e.reachesURL(line)
		case asHints:
			found = e.reachesHints(line)
		case asRefresh:
			start, end := refreshURL(line)
			found = e.reachesURL(line[start:end])
		case asLink:
			eachTarget(line, func(target string) string {
				found = found || e.reachesURL(target)
				return target
			})
		default:
			found = strings.EqualFold(name, "Trailer") && e.announcesReach(line)
		}
		if found {
			return true
		}
	}
	return false
}

func (e *errand) reachesURL(ref string) bool {
	mark, end := queryOf(ref)
	if mark < 0 {
		return false
	}
	t := Target{Host: e.hostOf(ref[:mark]), Path: pathOf(ref[:mark]), Query: ref[mark+1 : end]}
	return e.touches(t.Query) || len(e.listed(t, true)) > 0
}

// reachesCookie leaves out the cookies whose ruling is the same for everybody: what nothing names, and what is strictly
// necessary. A foreign Domain hangs on whether its owner is let through.
func (e *errand) reachesCookie(line string, r Reach) bool {
	pair, attributes, _ := strings.Cut(line, ";")
	for range foreignDomains(attributes, r.Host) {
		return true
	}
	ruling := pairRuling(e.decision, pair)
	if ruling.Purpose == "" || trimSpace(pair) == "" {
		return false
	}
	if r.Policy == nil {
		return true
	}
	purpose, ok := r.Policy.Purpose(ruling.Purpose)
	return !ok || purpose.Basis != rules.StrictlyNecessary
}

// announcesReach knows trailers that will be acted on by their announcement.
func (e *errand) announcesReach(line string) bool {
	for name := range strings.SplitSeq(line, ",") {
		name = trimSpace(name)
		if e.isLabelled(name) || roleOf(name) != asAnything {
			return true
		}
	}
	return false
}
