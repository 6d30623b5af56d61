package filter

import (
	"net/http"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

// RequestHeader acts on the labelled fields, cookies and URLs of a request's header. Request trailers (http.Request.Trailer,
// once the body has been read) are acted on in the same way.
func (p *Plan) RequestHeader(d *rules.Decision, h http.Header, t *Tally) {
	p.RequestHeaderOf(d, h, nil, t)
}

// RequestHeaderOf is RequestHeader without the cookies that have ended with a visit.
func (p *Plan) RequestHeaderOf(d *rules.Decision, h http.Header, v *Visit, t *Tally) {
	e := errand{plan: p, decision: d, direction: rules.Request, visit: v, tally: t}
	e.gatherCookies(h)
	for key := range h {
		e.field(h, key, Exchange{})
	}
}

// ResponseHeader acts on the labelled fields, cookies and URLs of a response's header, interim ones (1xx) too. Fields
// under http.TrailerPrefix are left to ResponseTrailer.
func (p *Plan) ResponseHeader(d *rules.Decision, h http.Header, x Exchange, t *Tally) {
	e := errand{plan: p, decision: d, direction: rules.Response, tally: t, host: x.Host}
	defer e.done()
	for key := range h {
		if !strings.HasPrefix(key, http.TrailerPrefix) {
			e.field(h, key, x)
		}
	}
}

// ResponseTrailer acts on what the header map of a ResponseWriter holds as trailers once the body has been written: the
// fields that Trailer announces and those under http.TrailerPrefix. Others have been sent, and stay as they are.
func (p *Plan) ResponseTrailer(d *rules.Decision, h http.Header, x Exchange, t *Tally) {
	e := errand{plan: p, decision: d, direction: rules.Response, tally: t, host: x.Host}
	defer e.done()
	announced := h["Trailer"]
	for key := range h {
		if strings.HasPrefix(key, http.TrailerPrefix) || len(announced) > 0 && announces(announced, key) {
			e.field(h, key, x)
		}
	}
}

// announces says that a Trailer field names another field.
func announces(lines []string, name string) bool {
	for _, line := range lines {
		for announced := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(trimSpace(announced), name) {
				return true
			}
		}
	}
	return false
}

// field acts on all lines of one field.
func (e *errand) field(h http.Header, key string, x Exchange) {
	name := strings.TrimPrefix(key, http.TrailerPrefix)
	if len(e.plan.columns.header) > 0 {
		var room [64]byte
		if labels := e.plan.columns.header[string(appendFolded(room[:0], name))]; len(labels) > 0 {
			edit(h, key, func(line string) (string, bool) {
				out, gone := e.act(labels, name, line)
				return out, !gone
			})
		}
	}
	switch roleOf(name) {
	case asReference:
		edit(h, key, func(line string) (string, bool) { return e.reference(line), true })
	case asLink:
		e.announced(h, key, asLink, x)
		edit(h, key, func(line string) (string, bool) { return e.link(line), true })
	case asRefresh:
		e.announced(h, key, asRefresh, x)
		edit(h, key, func(line string) (string, bool) { return e.refresh(line), true })
	case asReport:
		e.announced(h, key, asReport, x)
	case asPolicy:
		e.announced(h, key, asPolicy, x)
		unite(h, key)
	case asCookie:
		e.cookieField(h, key)
	case asSetCookie, asSetCookie2:
		e.setCookieField(h, key, x)
	case asHints:
		if e.direction == rules.Response {
			edit(h, key, e.hints)
		}
	case asAnything:
	}
}

// cookieField leaves one line of cookies, or none.
func (e *errand) cookieField(h http.Header, key string) {
	lines := h[key]
	if e.direction != rules.Request || len(lines) == 0 {
		return
	}
	switch line := e.cookies(lines); {
	case line == "":
		delete(h, key)
	case len(lines) > 1 || line != lines[0]:
		h[key] = []string{line}
	}
}

func (e *errand) setCookieField(h http.Header, key string, x Exchange) {
	if e.direction != rules.Response {
		return
	}
	judge := e.setCookie
	if key[len(key)-1] == '2' {
		judge = e.setCookie2
	}
	edit(h, key, func(line string) (string, bool) { return judge(line, x) })
}

// gatherCookies brings lines under other spellings of Cookie and Cookie2 together. Upstreams compare names without
// regard to case, and must not find a second line.
func (e *errand) gatherCookies(h http.Header) {
	for key := range h {
		if roleOf(key) != asCookie {
			continue
		}
		unite(h, key)
	}
}

// unite brings the lines under another spelling of a field's name to those under the canonical one.
func unite(h http.Header, key string) {
	if canonical := http.CanonicalHeaderKey(key); canonical != key && len(h[key]) > 0 {
		h[canonical] = slices.Concat(h[canonical], h[key])
		delete(h, key)
	}
}

// edit replaces the lines of a field by what change gives for each, and leaves out those it does not keep. The slice is
// not written to, as another header may share it.
func edit(h http.Header, key string, change func(line string) (out string, keep bool)) {
	lines := h[key]
	var changed []string
	for i, line := range lines {
		out, keep := change(line)
		if changed == nil && (!keep || out != line) {
			changed = append(make([]string, 0, len(lines)), lines[:i]...)
			if !keep && len(lines) == 1 {
				delete(h, key)
				return
			}
		}
		if changed != nil && keep {
			changed = append(changed, out)
		}
	}
	switch {
	case changed == nil:
	case len(changed) == 0:
		delete(h, key)
	default:
		h[key] = changed
	}
}

// role is what a field holds that is acted on whether labelled or not.
type role uint8

const (
	asAnything role = iota
	asCookie
	asSetCookie
	asSetCookie2
	asReference
	asLink
	asRefresh
	asReport // names end points or URLs that the browser will contact
	asPolicy // a Content Security Policy, which may do so
	asHints  // asks browsers for header fields
)

// roleOf compares by length first: nearly every field is told apart by that.
func roleOf(name string) role {
	is := func(other string) bool { return strings.EqualFold(name, other) }
	switch len(name) {
	case len("Link"):
		if is("Link") {
			return asLink
		}
	case len("Cookie"):
		if is("Cookie") {
			return asCookie
		}
	case len("Cookie2"):
		switch {
		case is("Cookie2"):
			return asCookie
		case is("Referer"):
			return asReference
		case is("Refresh"):
			return asRefresh
		}
	case len("Location"):
		if is("Location") {
			return asReference
		}
	case len("Set-Cookie"):
		if is("Set-Cookie") {
			return asSetCookie
		}
	case len("Set-Cookie2"):
		switch {
		case is("Set-Cookie2"):
			return asSetCookie2
		case is("Critical-CH"):
			return asHints
		}
	case len("Content-Location"):
		if is("Content-Location") {
			return asReference
		}
	default:
		return announcerOf(name)
	}
	return asAnything
}

// announcers are the fields that name what a browser will contact by itself.
//
//nolint:gochecknoglobals // a table, never written to
var announcers = [...]struct {
	name string
	role role
}{
	{"Report-To", asReport},
	{"Speculation-Rules", asReport},
	{"Reporting-Endpoints", asReport},
	{"Attribution-Reporting-Register-Source", asReport},
	{"Attribution-Reporting-Register-Trigger", asReport},
	{"Content-Security-Policy", asPolicy},
	{"Content-Security-Policy-Report-Only", asPolicy},
	{"Accept-CH", asHints},
}

func announcerOf(name string) role {
	for i := range announcers {
		if len(announcers[i].name) == len(name) && strings.EqualFold(announcers[i].name, name) {
			return announcers[i].role
		}
	}
	return asAnything
}
