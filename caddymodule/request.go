package caddymodule

import (
	"io"
	"net/http"
	"net/url"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// filterRequest is the request side of the plan: query, headers, cookies, then the body as it is read.
func (x *exchange) filterRequest(r *http.Request) *problem {
	x.takeUp(r)
	if x.again {
		if x.reads() && upgradeOf(r) == toWebSocket {
			x.dig(r)
		}
		return nil
	}
	defer x.timed(x.now) // all since the request came to us
	if refused := x.ask(r); refused != nil {
		return refused
	}
	if !x.enforcing() {
		x.plan.RequestHeader(x.decision, r.Header.Clone(), &x.tally)
		raw := x.plan.Query(x.decision, target(r, r.URL), rules.Request, &x.tally)
		if _, refusal := x.filterCall(r, raw, &x.tally); refusal != nil {
			x.wouldRefuse(rules.Request, refusal.Code)
		}
		x.watchUpgrade(r)
		return x.watchBody(r)
	}
	d := x.toward(rules.Request)
	raw, refusal := x.filterCall(r, x.plan.Query(d, target(r, r.URL), rules.Request, &x.tally), &x.tally)
	if refusal != nil {
		return problemOf(refusal, rules.Request)
	}
	r.URL.RawQuery = raw
	x.filterOriginal(r)
	if x.outer == nil {
		x.visit.Begin(x.decision, x.input.Cookies, x.now)
	}
	x.plan.RequestHeaderOf(d, r.Header, &x.visit, &x.tally)
	x.confirmed = filter.RequestValidators(r.Header, x.validation(r))
	accept := r.Header["Accept-Encoding"]
	if wanted := coding.Accept(accept); len(accept) != 1 || accept[0] != wanted { // any answer may be a page
		r.Header["Accept-Encoding"] = []string{wanted}
	}
	if x.plan.Filters(rules.Response) {
		acceptMessages(r.Header)
	}
	refused := x.filterUpgrade(r)
	if refused == nil {
		refused = x.filterBody(r)
	}
	connects := r.Method == http.MethodConnect && r.ProtoMajor > 1 // a tunnel, which is no body
	if refused == nil && x.upload == nil && r.Body != nil && r.Body != http.NoBody && !connects {
		r.Body = &plainBody{ReadCloser: r.Body, x: x, r: r}
	}
	return refused
}

// filterOriginal keeps labelled parameters from what Caddy remembers of the request as received, which FastCGI and
// {http.request.orig_uri} forward.
func (x *exchange) filterOriginal(r *http.Request) {
	original, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request)
	if !ok || original.URL == nil || original.URL == r.URL {
		return
	}
	var unseen filter.Tally // it is the same query, counted once
	cut, refusal := x.filterCall(r, x.plan.Query(x.decision, target(r, original.URL), rules.Request, &unseen), &unseen)
	if refusal != nil {
		cut = ""
	}
	if cut == original.URL.RawQuery {
		return
	}
	original.URL.RawQuery = cut
	if x.repl != nil { // the request line lies by value where we cannot reach it, but what is set here goes before it
		x.repl.Set("http.request.orig_uri", original.URL.RequestURI())
	}
}

func target(r *http.Request, u *url.URL) filter.Target {
	return filter.Target{Host: r.Host, Path: u.EscapedPath(), Query: u.RawQuery}
}

// takeUp finds the body that an earlier chain reads, and what it asks. An error chain gets the request as it came, before
// handlers that trace or rewrite it made copies.
func (x *exchange) takeUp(r *http.Request) {
	var latest io.ReadCloser
	filtered := false
	for o := x.outer; o != nil; o = o.outer {
		if o.handler == x.handler && x.question == nil {
			x.question = o.question
		}
		switch {
		case o.client == nil:
			continue
		case latest != nil:
		case o.upload != nil:
			latest = o.upload
		default:
			latest = o.recorded
		}
		filtered = filtered || o.upload != nil
		if o.client == r.Body {
			r.Body = latest
			if filtered {
				r.ContentLength = -1
			}
			return
		}
	}
}

// filterBody puts the body's filter between client and transport. What no filter reads is refused before the upstream
// hears of it.
func (x *exchange) filterBody(r *http.Request) *problem {
	if !x.plan.Filters(rules.Request) || r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 || isTunnel(r.Body) {
		return nil
	}
	media := x.media(rules.Request, r.Header)
	if !media.Reads() {
		return newProblem(http.StatusUnsupportedMediaType, "type", "This endpoint does not take this media type",
			"the fields of this endpoint are labelled, and no filter reads this media type")
	}
	c, err := codingOf(r.Header)
	if err != nil {
		return newProblem(http.StatusUnsupportedMediaType, "coding", "The content coding cannot be read", err.Error())
	}
	if x.client == nil {
		x.client = r.Body
	}
	x.upload = newRequestBody(x, r, x.bodySpec(r, rules.Request, media, r.Header), c)
	r.Body, r.ContentLength = x.upload, -1
	r.Header.Del("Content-Length")
	filter.Changed(r.Header)
	return nil
}
