package caddymodule

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// bodyFilter reads a body as its bytes go by.
type bodyFilter interface {
	Feed(p []byte) (out []byte, err error)
	Close() (out []byte, err error)
	Release()
}

// destination is what a browser will do with the answer (Fetch Metadata, Sec-Fetch-Dest); "" where it does not say.
func destination(h http.Header) string {
	if lines := h["Sec-Fetch-Dest"]; len(lines) == 1 {
		return lines[0]
	}
	return ""
}

// asksForPage says that a request asks for a page.
func asksForPage(r *http.Request) bool {
	switch to := destination(r.Header); to {
	case "", "empty":
		return strings.Contains(strings.ToLower(strings.Join(r.Header["Accept"], ",")), "text/html")
	default:
		return isShown(to)
	}
}

// mayGetPage says that a request may be answered with a page, though it does not ask for one by name.
func mayGetPage(r *http.Request) bool {
	switch to := destination(r.Header); to {
	case "", "empty":
		accept := strings.TrimSpace(strings.Join(r.Header["Accept"], ","))
		return accept == "" || strings.HasPrefix(accept, "*/*")
	default:
		return isShown(to)
	}
}

// validation is what the validators of a request are judged by. Where every endpoint has fields but this one no labels,
// what is asked for as a picture, sound or video is no document, and may come in parts.
func (x *exchange) validation(r *http.Request) filter.Validation {
	filters := x.plan.Filters(rules.Response)
	untouched := x.isUntouched(r)
	v := filter.Validation{
		Method: r.Method, Variant: x.plan.Variant(x.decision),
		Filtered: filters && !untouched || asksForPage(r) || destination(r.Header) == styleDestination, Maybe: filters || mayGetPage(r),
		Untouched: untouched,
	}
	if destination(r.Header) == styleDestination {
		v.Unchanged = x.isPlainSheet(r)
	}
	if len(r.Header["If-None-Match"]) > 0 || len(r.Header["If-Range"]) > 0 {
		v.Page = x.pageVariant()
	}
	return v
}

// isUntouched says that whatever answers a request, no rule changes its body: a browser draws or plays it, or runs it as a
// script that is no JSON with padding.
func (x *exchange) isUntouched(r *http.Request) bool {
	to := destination(r.Header)
	return !x.plan.Labelled(rules.Response) && (isMedium(to) || to == "script" && len(callbacks(r)) == 0)
}

// isMedium says that a browser asks for what it will draw or play.
func isMedium(destination string) bool {
	switch destination {
	case "image", "audio", "video", "track", "font":
		return true
	default:
		return false
	}
}

// isShown says that a browser asks for a document, to show it by itself or within another.
func isShown(destination string) bool {
	switch destination {
	case "document", "iframe", "frame", "embed", "object", "fencedframe":
		return true
	default:
		return false
	}
}

// isPage says that a response is read as a page: markup. SVG that is shown as a picture fetches nothing. Other XML that is
// shown is a page and data at once; what cannot be read as data is no page where fields are labelled.
func (w *responseWriter) isPage(media filter.Media) bool {
	switch media {
	case filter.Markup:
		return true
	case filter.XMLMarkup:
		return destination(w.r.Header) != "image" || w.x.plan.Labelled(rules.Response)
	case filter.XMLData:
		return isShown(destination(w.r.Header)) && !w.x.plan.Labelled(rules.Response)
	case filter.XMLCoded:
		return isShown(destination(w.r.Header)) && !w.x.plan.Filters(rules.Response)
	default:
		return false
	}
}

// hasNoFields says that a body has no view as JSON, so that the fields of every endpoint cannot stand in it. An endpoint
// with labels of its own has promised another type.
func (w *responseWriter) hasNoFields(media filter.Media) bool {
	if w.x.plan.Labelled(rules.Response) {
		return false
	}
	switch media {
	case filter.Styles, filter.Script:
		return true
	case filter.XMLMarkup:
		return destination(w.r.Header) == "image"
	case filter.Opaque:
		return w.status == http.StatusPartialContent // its first bytes cannot be looked at
	default:
		return false
	}
}

// page begins to read a page.
func (w *responseWriter) page(media filter.Media) *filter.Page {
	d := w.x.toward(rules.Response)
	spec := filter.PageSpec{
		URL:      w.x.url,
		Charset:  filter.CharsetOf(w.Header().Get("Content-Type")),
		XML:      media != filter.Markup,
		Elements: w.x.elements(w.r, rules.Response),
		Promised: w.x.plan.Labelled(rules.Response),
		Host:     w.r.Host,
	}
	spec.Navigated = isShown(destination(w.r.Header))
	if w.guards(media) {
		spec.Guard = w.tags()
	}
	if len(w.gate.Files) > 0 {
		spec.Gate = &w.gate
	}
	if w.prompts() {
		back := w.x.back(w.r)
		prompt := w.x.engine.prompt(w.x.decision)
		spec.Insert = func(dst []byte) []byte { return prompt.AppendTo(dst, back) }
		spec.Embed = func(dst []byte, recipient string) []byte { return prompt.AppendEmbed(dst, recipient, back) }
	}
	return w.x.plan.Page(d, spec, w.tally())
}

// prompts says that a page gets the means to choose. Frames, parts that scripts fetch and what templates include do not.
func (w *responseWriter) prompts() bool {
	to := destination(w.r.Header)
	return w.x.outer == nil && w.x.enforcing() && (to == "" || to == "document") && w.r.Header.Get("Caddy-Templates-Include") == ""
}

// pageVariant names what a page depends on beside the decision: what it is given to choose by, and whom its guard holds back.
func (x *exchange) pageVariant() string {
	if x.variant == "" {
		x.variant = x.plan.Variant(x.decision)
		if x.outer == nil && x.enforcing() {
			x.variant += "_" + x.engine.prompt(x.decision).Version() + x.order().version
			if x.declaredOnly() {
				x.variant += "_" + declaredParties
			}
		}
	}
	return x.variant
}

// back is where the prompt leads back to: the page as the browser sees it, without the click ids that were cut.
func (x *exchange) back(r *http.Request) string {
	path := x.paths[0]
	original, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request)
	if !ok || original.URL == nil || original.URL.RawQuery == "" {
		return path
	}
	return path + "?" + original.URL.RawQuery
}

// guess gathers the first bytes of a body, by which a browser finds the type that the header does not tell.
func (w *responseWriter) guess(p []byte) error {
	w.first = append(w.first, p...)
	if len(w.first) < sniffed {
		return nil
	}
	return w.settleGuess()
}

// settleGuess reads what a browser would take for a page as one, and says so in the header.
func (w *responseWriter) settleGuess() error {
	first := w.first
	w.first = nil
	w.how = pass
	kind := http.DetectContentType(first)
	if len(first) > 0 && (strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "text/xml")) {
		w.Header().Set("Content-Type", kind)
		w.mu.Lock()
		w.x.visit.Answer(w.Header(), w.x.jar(w.r), true)
		w.variant(true)
		w.document(w.Header())
		w.choose(w.Header(), filter.Markup)
		w.mu.Unlock()
	}
	if len(first) == 0 {
		return nil
	}
	return w.take(first)
}

// isCoded says that the first bytes of a body tell nothing of its type.
func isCoded(h http.Header) bool {
	return slices.ContainsFunc(h["Content-Encoding"], func(line string) bool {
		return line != "" && !strings.EqualFold(strings.TrimSpace(line), "identity")
	})
}
