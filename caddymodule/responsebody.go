package caddymodule

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

// prepare filters the final header and settles what becomes of the body.
func (w *responseWriter) prepare() {
	h, x := w.Header(), w.x
	if x.isLocal() {
		w.how = pass
		return
	}
	if w.switches() {
		w.switchOver(h)
		return
	}
	filters := x.plan.Filters(rules.Response)
	media := w.media(h)
	page := w.isPage(media)
	if !x.enforcing() {
		x.plan.ResponseHeader(x.toward(rules.Response), h.Clone(), x.site(w.r), &x.tally)
		w.how = pass
		if (filters || page || w.isSheet(media)) && !w.bodyless() {
			w.startWatch(h)
		}
		return
	}
	reads := filters && media.Reads()
	if w.status == http.StatusNotModified && x.confirmed == "" && (x.isUntouched(w.r) || destination(w.r.Header) == styleDestination) {
		reads = false // it has no type to tell what it confirms, which is the upstream's own
	}
	acts := x.handler.Caller != nil || page || x.plan.Acts(x.decision, h, filter.Reach{
		Policy: x.engine.policy, Host: w.r.Host, URL: x.url, Body: reads,
	})
	x.plan.ResponseHeader(x.toward(rules.Response), h, x.site(w.r), &x.tally)
	if filters {
		dropDetails(h)
	}
	if x.visit.Answer(h, x.jar(w.r), page) || acts {
		w.variant(page)
	}
	if page {
		w.document(h)
	}
	switch {
	case page, filters && !w.hasNoFields(media):
		w.choose(h, media)
	case !filters && filter.Guessed(h["Content-Type"]) && !w.bodyless():
		w.how = guess
		if isCoded(h) { // nobody can guess by coded bytes, neither we nor a browser that decodes them first
			w.choose(h, filter.Markup)
		}
	case w.isSheet(media):
		w.how = sheet
	default:
		w.how = pass
	}
}

// variant marks the response as one among several.
func (w *responseWriter) variant(page bool) {
	x := w.x
	w.varied = true
	variant := x.plan.Variant(x.decision)
	switch {
	case page:
		variant = x.pageVariant()
	case w.status == http.StatusNotModified && x.confirmed != "":
		variant = x.confirmed
	}
	filter.Variant(w.Header(), filter.VariantSpec{Variant: variant, Vary: x.handler.vary, NoValidators: len(x.decision.Labels().Each()) > 0})
}

// choose settles the body of a response that rules could act on.
func (w *responseWriter) choose(h http.Header, media filter.Media) {
	page := w.isPage(media)
	switch {
	case w.bodyless():
		w.how = empty
		if (media.Reads() || page) && w.status != http.StatusNotModified {
			filter.Changed(h)
		}
		return
	case w.status == http.StatusPartialContent:
		w.deny("partial", "part of a document cannot be checked")
		return
	case media == filter.Opaque:
		w.how = sniff
		return
	case !media.Reads() && !page:
		w.deny("type", "no filter reads this media type, and the fields of this endpoint are labelled")
		return
	}
	if why := w.x.question.forbids(w.x.plan, media, h); why != "" && media.Reads() && w.x.plan.Filters(rules.Response) {
		w.deny("query", why)
		return
	}
	c, err := codingOf(h)
	if err != nil {
		w.deny("coding", err.Error())
		return
	}
	w.length = -1
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil {
		w.length = n
	}
	filter.Changed(h)
	if w.recalls(media, c) {
		w.how = recalled
		return
	}
	w.read(media, c)
}

// read begins to filter the body.
func (w *responseWriter) read(media filter.Media, c coding.Coding) {
	w.how = edit
	w.body = w.begin(media, w.Header())
	w.streams = w.isPage(media) || media.Streams()
	if c != coding.Identity {
		w.decoder = coding.NewDecoder(c)
		w.coder = coding.NewWriter(c, emitter{w})
	}
}

// deny refuses the body as soon as it has one.
func (w *responseWriter) deny(code, detail string) {
	w.how = refuse
	w.denied = &filter.Refusal{Status: http.StatusBadGateway, Code: code, Detail: detail}
}

func (w *responseWriter) bodyless() bool {
	return w.r.Method == http.MethodHead || w.status == http.StatusNoContent || w.status == http.StatusNotModified
}

// filter decodes, filters and codes again a piece of the body.
func (w *responseWriter) filter(p []byte) error {
	if w.decoder == nil {
		return w.through(p)
	}
	err := w.decoder.Decode(p, w.through)
	if errors.Is(err, coding.ErrMalformed) {
		return w.fail(&filter.Refusal{Status: http.StatusBadGateway, Code: "coding", Detail: "the content coding is damaged"})
	}
	return err
}

// through is filter behind the decoder.
func (w *responseWriter) through(plain []byte) error {
	out, err := guarded(w.body.Feed, plain)
	if err != nil {
		return w.failed(err)
	}
	return w.code(out)
}

func (w *responseWriter) code(out []byte) error {
	if len(out) == 0 {
		return nil
	}
	if w.coder == nil {
		return w.emit(out)
	}
	_, err := w.coder.Write(out)
	return err
}

// endFilter checks that coding and document are whole.
func (w *responseWriter) endFilter() error {
	if w.decoder != nil {
		if err := w.decoder.Close(w.through); err != nil {
			if errors.Is(err, errRefused) {
				return err
			}
			return w.fail(&filter.Refusal{Status: http.StatusBadGateway, Code: "coding", Detail: "the content coding is cut off"})
		}
	}
	out, err := guarded(func([]byte) ([]byte, error) { return w.body.Close() }, nil)
	if err != nil {
		return w.failed(err)
	}
	if err = w.code(out); err != nil || w.coder == nil {
		return err
	}
	return w.coder.Close()
}

var errFault = errors.New("the filter failed")

// guarded turns a panic of a filter into a fault, without what the panic says: it may quote the body. On a transport's
// goroutine a panic would end the process.
func guarded(f func([]byte) ([]byte, error), p []byte) (out []byte, err error) {
	defer func() {
		if recover() != nil {
			out, err = nil, errFault
		}
	}()
	return f(p)
}

func (w *responseWriter) failed(err error) error {
	if errors.Is(err, errFault) {
		w.body = nil // it is in no state to serve another body
	}
	return w.fail(refusalIn(err, http.StatusBadGateway))
}

// refusalIn is the refusal that an error is, or that a filter failed.
func refusalIn(err error, status int) *filter.Refusal {
	if refusal, ok := errors.AsType[*filter.Refusal](err); ok {
		return refusal
	}
	return &filter.Refusal{Status: status, Code: "fault", Detail: "the filter failed"}
}

// fail refuses the response: with a 502 while the header has not gone, else with a cut.
func (w *responseWriter) fail(r *filter.Refusal) error {
	if refused := w.x.refusal(); refused != nil {
		return errRefused // finish answers for the request
	}
	if r == nil {
		r = &filter.Refusal{Status: http.StatusBadGateway, Code: "fault", Detail: "the response was not understood"}
	}
	w.answer(problemOf(r, rules.Response), rules.Response)
	return errRefused
}

// answer replaces the response by a problem, or cuts it where its header has gone.
func (w *responseWriter) answer(p *problem, direction rules.Direction) {
	if w.over {
		return
	}
	w.over = true
	w.x.app.metrics.refuse(w.x.span, direction, p)
	if w.sent {
		w.cut = true
		return
	}
	w.drop()
	if direction == rules.Request && w.r.ProtoMajor == 1 {
		// The rest of the body must not become the connection's next request.
		w.x.before = slices.Insert(w.x.before, 0, headerLine{"Connection", "close"}) // the server looks at the first line
	}
	w.x.say(w.ResponseWriter, p)
}

// sniffed is how many bytes tell a picture from a document (the WHATWG's sniffing reads as many).
const sniffed = 512

func (w *responseWriter) sniff(p []byte) error {
	w.first = append(w.first, p...)
	if len(w.first) < sniffed {
		return nil
	}
	return w.believe()
}

// believe passes a body whose first bytes are what its type claims.
func (w *responseWriter) believe() error {
	if len(w.first) == 0 {
		w.how = pass
		return nil
	}
	if !filter.LooksOpaque(w.Header().Get("Content-Type"), w.first) {
		return w.fail(&filter.Refusal{Status: http.StatusBadGateway, Code: "type", Detail: "the body is not of the type it claims"})
	}
	w.how = pass
	first := w.first
	w.first = nil
	return w.emit(first)
}

// site is what cookies and links are judged against.
func (x *exchange) site(r *http.Request) filter.Exchange {
	return filter.Exchange{Host: r.Host, Now: x.now, URL: x.url, Visit: &x.visit}
}

// jar is where the browser keeps the cookies of this site.
func (x *exchange) jar(r *http.Request) jar.Site {
	return jar.Site{Host: r.Host, Path: x.paths[0], Secure: strings.HasPrefix(x.url, "https://")}
}
