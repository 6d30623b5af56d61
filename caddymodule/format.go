package caddymodule

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// bodySpec is what a body of the exchange is, to a filter of labelled fields: its medium, and the header that says so.
func (x *exchange) bodySpec(r *http.Request, dir rules.Direction, media filter.Media, h http.Header) filter.BodySpec {
	spec := filter.BodySpec{
		Direction: dir, Media: media, Type: h.Get("Content-Type"),
		Elements: x.elements(r, dir),
	}
	if dir == rules.Response {
		spec.Names, spec.Sets = x.question.names(), x.engine.sets
	}
	switch media {
	case filter.Messages:
		spec.Framing = x.framing(r, dir, h)
		fallthrough
	case filter.JSON:
		spec.Message, _ = x.message(dir)
	default:
	}
	if media == filter.Padding && !x.plan.Labelled(dir) {
		spec.Called = callbacks(r)
	}
	return spec
}

// media is how the response's body is read. A script may be JSON with padding: an endpoint with labels has promised a
// body that can be read, and where every endpoint has fields, a query names the function that is to be called.
func (w *responseWriter) media(h http.Header) filter.Media {
	media := w.x.media(rules.Response, h)
	if media == filter.Script && w.x.plan.Filters(rules.Response) && (w.x.plan.Labelled(rules.Response) || len(callbacks(w.r)) > 0) {
		if filter.InUTF8(h.Get("Content-Type")) {
			return filter.Padding
		}
		return filter.Unreadable
	}
	return media
}

// callbacks are the values in a query that may be the name of a function. Whatever the parameter is called, a script that
// begins with a call of its value is JSON with padding.
func callbacks(r *http.Request) (names []string) {
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		_, value, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(value); err == nil && isFunctionName(name) {
			names = append(names, name)
		}
	}
	return names
}

func isFunctionName(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '$'
		inner := '0' <= c && c <= '9' || c == '.' || c == '[' || c == ']'
		if !letter && (i == 0 || !inner) {
			return false
		}
	}
	return text != ""
}

// begin begins to read a response: its fields, or what a page refers to, or both where a browser shows data as a page.
func (w *responseWriter) begin(media filter.Media, h http.Header) bodyFilter {
	page, data := w.isPage(media), media.Reads() && w.x.plan.Filters(rules.Response)
	if page && !data {
		return w.page(media)
	}
	if w.isSheet(media) {
		return w.beginSheet()
	}
	body := w.x.plan.Body(w.x.acting(rules.Response), w.x.bodySpec(w.r, rules.Response, media, h), &w.x.tally)
	if w.isStatus(media) {
		return &chained{first: body, second: new(filter.Status)}
	}
	if page {
		return &chained{first: body, second: w.page(media)}
	}
	return body
}

// chained is two filters, the second of which reads what the first lets out.
type chained struct {
	first, second bodyFilter
	last          []byte
}

// Feed implements bodyFilter.
func (c *chained) Feed(p []byte) ([]byte, error) {
	out, err := c.first.Feed(p)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return c.second.Feed(out)
}

// Close implements bodyFilter.
func (c *chained) Close() ([]byte, error) {
	out, err := c.first.Close()
	if err != nil {
		return nil, err
	}
	if len(out) > 0 {
		if out, err = c.second.Feed(out); err != nil {
			return nil, err
		}
		c.last = append(c.last, out...)
	}
	if out, err = c.second.Close(); err != nil {
		return nil, err
	}
	c.last = append(c.last, out...)
	return c.last, nil
}

// Release implements bodyFilter.
func (c *chained) Release() {
	c.first.Release()
	c.second.Release()
}
