package filter

import (
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

// Exchange is what the rulings on a response's headers depend on beside the decision.
type Exchange struct {
	Host string    // of the site, as the client named it; may have a port
	Now  time.Time // lifetimes are counted from here
	URL  string    // of the request as the browser sees it, against which references are resolved
	// Visit knows since when the browser has had its cookies; nil: their lives are counted from Now.
	Visit *Visit
}

// setCookie judges one line of Set-Cookie (RFC 6265bis 5.6), which is never folded with others. A deletion passes
// whoever's the cookie is. A life beyond the purpose's retention, counted from the first visit that the cookie was seen on,
// is shortened; none is lengthened.
func (e *errand) setCookie(line string, x Exchange) (out string, keep bool) {
	pair, attributes, _ := strings.Cut(line, ";")
	if hasControl(line) {
		e.note(Cookie, rules.Ruling{Reason: "the cookie does not parse"}, rules.Remove)
		return "", false
	}
	if nameOf(pair) == jar.AgesName {
		e.note(Cookie, rules.Ruling{Reason: "the gateway keeps its own cookie"}, rules.Remove)
		return "", false
	}
	life := lifeOf(attributes, x.Now)
	if life.deletes() {
		return line, true
	}
	ruling := pairRuling(e.decision, pair)
	if ruling.Action.Kind != rules.Keep {
		e.note(Cookie, ruling.Ruling, rules.Remove)
		return "", false
	}
	if e.isForeign(ruling.Recipient, attributes, x.Host) {
		foreign := ruling.Ruling
		foreign.Action.Kind, foreign.Reason = rules.Remove, "its Domain is foreign to the site, and no recipient that is let through owns it"
		e.note(Cookie, foreign, rules.Remove)
		return "", false
	}
	limit := x.Visit.left(pair, ruling)
	if limit <= 0 && ruling.Lifetime > 0 {
		over := ruling.Ruling
		over.Action.Kind, over.Reason = rules.Remove, endedReason
		e.note(Cookie, over, rules.Remove)
		return "", false
	}
	if out = life.capped(line, len(line)-len(attributes), limit); out != line {
		shorter := ruling.Ruling
		shorter.Reason = "its life is capped at the retention of " + ruling.Purpose
		if limit < ruling.Lifetime {
			shorter.Reason = "its life is capped at what is left of the retention of " + ruling.Purpose
		}
		e.note(Cookie, shorter, rules.Keep)
	} else if ruling.Purpose == "" {
		e.note(Cookie, ruling.Ruling, rules.Keep)
	}
	return out, true
}

// endedReason is why a cookie goes that has been there for as long as it may.
const endedReason = "the retention of its purpose is over, counted from the first visit"

// setCookie2 judges a line of Set-Cookie2 (RFC 2965). Several cookies may stand in it, between commas that may be quoted;
// such a line passes only where each of them would pass as it is.
func (e *errand) setCookie2(line string, x Exchange) (out string, keep bool) {
	if strings.IndexByte(line, ',') < 0 {
		return e.setCookie(line, x)
	}
	probe := *e
	probe.tally = &Tally{}
	for part := range strings.SplitSeq(line, ",") {
		if out, keep = probe.setCookie(part, x); !keep || out != part {
			e.note(Cookie, rules.Ruling{Reason: "not every cookie of the line may pass as it is"}, rules.Remove)
			return "", false
		}
	}
	return e.setCookie(line, x)
}

// isForeign says that some Domain of a cookie is neither of the site nor of a recipient that is let through.
func (e *errand) isForeign(recipient, attributes, host string) bool {
	for domain := range foreignDomains(attributes, host) {
		byName := recipient != "" && e.decision.Embed(recipient).Allowed
		// A public suffix is nobody's, though it is part of many a recipient's name.
		byHost := isRegistrable(domain) && e.decision.OwnsDomain(domain)
		if !byName && !byHost {
			return true
		}
	}
	return false
}

// foreignDomains gives every Domain of a cookie that is not of the site.
func foreignDomains(attributes, host string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for attribute := range strings.SplitSeq(attributes, ";") {
			name, value := attributeOf(attribute)
			if !strings.EqualFold(name, "Domain") {
				continue
			}
			domain := strings.ToLower(strings.TrimPrefix(value, "."))
			if domain != "" && !sameSite(domain, host) && !yield(domain) {
				return
			}
		}
	}
}

// attributeOf cuts one attribute at its first "=".
func attributeOf(attribute string) (name, value string) {
	name, value, _ = strings.Cut(attribute, "=")
	return trimSpace(name), trimSpace(value)
}

// life is how long the attributes of a cookie let it live. Readers differ in which of several counts, so all do.
type life struct {
	now           time.Time
	spans         []span
	maxAge, dates int
	live          int // how many of either lie in the future or cannot be read
	liveAges      int // how many Max-Age do
}

// span is one Max-Age or Expires: where its attribute and its value stand in the attributes.
type span struct {
	start, value, end int
	date              bool
	until             time.Time
	readable          bool
}

func lifeOf(attributes string, now time.Time) life {
	l := life{now: now}
	for start := 0; start < len(attributes); {
		end := partEnd(attributes, ';', start)
		name, value := attributeOf(attributes[start:end])
		s := span{start: start, end: end}
		switch {
		case strings.EqualFold(name, "Max-Age"):
			s.until, s.readable = ageEnd(value, now)
			l.maxAge++
		case strings.EqualFold(name, "Expires"):
			s.date = true
			s.until, s.readable = parseExpires(value)
			l.dates++
		default:
			start = end + 1
			continue
		}
		if equals := strings.IndexByte(attributes[start:end], '='); equals >= 0 {
			s.value = passBlanks(attributes, start+equals+1)
			s.end = s.value + len(value)
		}
		l.add(s)
		start = end + 1
	}
	return l
}

func (l *life) add(s span) {
	l.spans = append(l.spans, s)
	if s.readable && !s.until.After(l.now) {
		return
	}
	l.live++
	if !s.date {
		l.liveAges++
	}
}

// deletes says that every reader takes the cookie for deleted. Max-Age goes before Expires (RFC 6265bis 5.7).
func (l *life) deletes() bool {
	if l.maxAge > 0 {
		return l.liveAges == 0
	}
	return l.dates > 0 && l.live == 0
}

// capped shortens each life that is longer than the cap. What cannot be read as a life is left out, lest somebody reads
// it as a long one. The attributes begin at offset in the line.
func (l *life) capped(line string, offset int, limit time.Duration) string {
	if limit <= 0 {
		return line
	}
	latest := l.now.Add(limit)
	var out strings.Builder
	copied := 0
	for _, s := range l.spans { // in the order of the line
		switch {
		case !s.readable:
			out.WriteString(line[copied : offset+s.start-1])
		case s.until.After(latest):
			out.WriteString(line[copied : offset+s.value])
			out.WriteString(s.shortest(latest, limit))
		default:
			continue
		}
		copied = offset + s.end
	}
	if copied == 0 {
		return line
	}
	out.WriteString(line[copied:])
	return out.String()
}

func (s *span) shortest(latest time.Time, limit time.Duration) string {
	if s.date {
		return latest.UTC().Format(http.TimeFormat)
	}
	return strconv.FormatInt(max(1, int64(limit/time.Second)), 10)
}

// ageEnd reads a Max-Age: digits, after a minus where it may be. One that is too long to count is forever.
func ageEnd(value string, now time.Time) (until time.Time, readable bool) {
	digits, past := strings.CutPrefix(value, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return time.Time{}, false
	}
	digits = strings.TrimLeft(digits, "0")
	switch {
	case past || digits == "":
		return now, true
	case len(digits) > 9:
		digits = "9000000000" // 285 years, about the longest Duration
	}
	seconds, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return now.Add(time.Duration(seconds) * time.Second), true
}
