package caddymodule

import (
	"io"
	"net/http"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/privet-gateway/privet/rules"
)

// upgrade is what a request asks its connection to become.
type upgrade uint8

const (
	noUpgrade   upgrade = iota
	toWebSocket         // RFC 6455, or the extended CONNECT of RFC 8441 and 9220
	toHTTP2             // h2c, which some clients offer with every request
	toOther
)

// upgradeOf knows what a request asks for. Among several protocols of which one is WebSocket that is the one.
func upgradeOf(r *http.Request) upgrade {
	if r.Method == http.MethodConnect {
		if connectsTo(r) == "websocket" {
			return toWebSocket
		}
		return toOther
	}
	if !holdsToken(r.Header["Connection"], "upgrade") {
		return noUpgrade
	}
	asked := r.Header["Upgrade"]
	switch {
	case strings.TrimSpace(strings.Join(asked, "")) == "":
		return noUpgrade
	case holdsToken(asked, "websocket"):
		return toWebSocket
	case len(asked) == 1 && strings.EqualFold(strings.TrimSpace(asked[0]), "h2c"):
		return toHTTP2
	default:
		return toOther
	}
}

// connectsTo is the protocol of an extended CONNECT; the server has it among the fields for HTTP/2, and in place of the
// protocol's version for HTTP/3.
func connectsTo(r *http.Request) string {
	switch r.ProtoMajor {
	case 2:
		return strings.Join(r.Header[":protocol"], ",")
	case 3:
		return r.Proto
	default:
		return ""
	}
}

func holdsToken(lines []string, want string) bool {
	for _, line := range lines {
		for token := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(token), want) {
				return true
			}
		}
	}
	return false
}

// reads says that a rule reads bodies in some direction, and so the messages of an upgraded connection.
func (x *exchange) reads() bool {
	return x.plan.Filters(rules.Request) || x.plan.Filters(rules.Response)
}

// filterUpgrade makes a request for a WebSocket one whose messages can be read, and refuses what would pass unread.
func (x *exchange) filterUpgrade(r *http.Request) *problem {
	if !x.reads() {
		return nil
	}
	switch upgradeOf(r) {
	case noUpgrade:
	case toWebSocket:
		if r.Method != http.MethodConnect {
			r.Header["Upgrade"] = []string{"websocket"}
		}
		x.dig(r)
	case toHTTP2: // a server may leave an offer alone (RFC 9110 section 7.8)
		delete(r.Header, "Upgrade")
		delete(r.Header, "Http2-Settings")
		withoutTokens(r.Header, "upgrade", "http2-settings")
	default:
		return newProblem(http.StatusUnsupportedMediaType, "upgrade", "This endpoint cannot be upgraded",
			"the fields of this endpoint are labelled, and no filter reads what a connection of this protocol carries")
	}
	return nil
}

// withoutTokens takes options out of Connection.
func withoutTokens(h http.Header, options ...string) {
	var left []string
	for _, line := range h["Connection"] {
		for token := range strings.SplitSeq(line, ",") {
			if token = strings.TrimSpace(token); token != "" && !holdsToken(options, token) {
				left = append(left, token)
			}
		}
	}
	delete(h, "Connection")
	if len(left) > 0 {
		h["Connection"] = []string{strings.Join(left, ", ")}
	}
}

// watchUpgrade reads along in mode report.
func (x *exchange) watchUpgrade(r *http.Request) {
	if !x.reads() {
		return
	}
	switch upgradeOf(r) {
	case toWebSocket:
		x.dig(r)
	case toOther:
		x.wouldRefuse(rules.Request, "upgrade")
	default:
	}
}

// dig begins the tunnel of a request for a WebSocket. In an extended CONNECT the client's messages are the body. A chain
// that failed may have read some of it, so nobody knows where a frame begins, and the chain that answers in its place gets
// no tunnel.
func (x *exchange) dig(r *http.Request) {
	if r.Method == http.MethodConnect {
		if r.Context().Value(caddyhttp.ErrorCtxKey) != nil {
			if x.enforcing() {
				r.Body = http.NoBody
			}
			return
		}
		x.tunnel = newTunnel(x, r)
		r.Body = &tunnelBody{tunnel: x.tunnel, client: r.Body}
	} else {
		x.tunnel = newTunnel(x, r)
	}
	if !x.enforcing() {
		return
	}
	for name := range r.Header {
		if isExtensions(name) {
			delete(r.Header, name)
		}
	}
}

// isTunnel says that a request's body is what goes through a tunnel.
func isTunnel(body io.Reader) bool {
	_, ok := body.(*tunnelBody)
	return ok
}

// isExtensions knows the field's name in the spelling of RFC 6455, too, in which proxies write it.
func isExtensions(name string) bool { return strings.EqualFold(name, "Sec-WebSocket-Extensions") }

// switches says that a final header turns the connection into something that is no HTTP.
func (w *responseWriter) switches() bool {
	if w.r.Method == http.MethodConnect {
		return w.status >= 200 && w.status < 300
	}
	return w.status == http.StatusSwitchingProtocols
}

// switchOver filters the header of a connection that is upgraded, and settles what becomes of what follows.
func (w *responseWriter) switchOver(h http.Header) {
	x := w.x
	if x.enforcing() {
		x.plan.ResponseHeader(x.toward(rules.Response), h, x.site(w.r), &x.tally)
	} else {
		x.plan.ResponseHeader(x.decision, h.Clone(), x.site(w.r), &x.tally)
	}
	w.how = pass
	if !x.reads() {
		return
	}
	wrong := w.misfit(h)
	switch {
	case wrong != "" && x.enforcing():
		w.deny("upgrade", wrong)
	case wrong != "": // to an extension that would not have been offered, or to what would have been refused already
		x.tunnel = nil
	case w.r.Method == http.MethodConnect:
		w.how = tunnelled
		x.tunnel.open(tunnelEnd{w}, http.NewResponseController(w.ResponseWriter))
	default:
		w.hijackable = true
		if x.enforcing() {
			w.how = empty // what follows goes over the hijacked connection, or not at all
		}
	}
}

// misfit says what keeps the messages of an upgraded connection from being read.
func (w *responseWriter) misfit(h http.Header) string {
	if w.x.tunnel == nil {
		return "the upstream switches protocols unasked"
	}
	if to := h["Upgrade"]; w.r.Method != http.MethodConnect && (len(to) != 1 || !strings.EqualFold(strings.TrimSpace(to[0]), "websocket")) {
		return "the upstream switches to another protocol than it was asked for"
	}
	for name, lines := range h {
		if isExtensions(name) && strings.TrimSpace(strings.Join(lines, "")) != "" {
			return "the upstream uses an extension of WebSocket that nobody offered"
		}
	}
	return ""
}
