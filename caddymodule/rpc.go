package caddymodule

import (
	"net/http"
	"strings"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/rules"
)

// message is the type of a call's messages in a direction, by the method that the path names: as received, or as it stands
// here, each as it is and in its canonical form. Where several name one, they must agree; called is true though they do not.
func (x *exchange) message(dir rules.Direction) (kind protobuf.Message, called bool) {
	if x.engine.schema == nil {
		return kind, false
	}
	for _, path := range x.paths {
		for _, form := range [...]string{path, rules.CanonicalPath(path)} {
			in, out, known := x.engine.schema.Method(form)
			if dir == rules.Response {
				in = out
			}
			switch {
			case !known:
			case called && in != kind:
				return protobuf.Message{}, true
			default:
				kind, called = in, true
			}
		}
	}
	return kind, called
}

// framingOf is how messages stand in a body with this header. It is not ok where they do not, or where two readers may
// read the type in two ways.
func framingOf(h http.Header) (f filter.Framing, ok bool) {
	lines := h["Content-Type"]
	if len(lines) != 1 || !filter.InUTF8(lines[0]) {
		return f, false
	}
	f.Protocol, f.Codec, ok = grpc.ProtocolOf(lines[0])
	return f, ok
}

// media is how a body is read. Messages in binary are so where their method stands in the schema, those in JSON always.
func (x *exchange) media(dir rules.Direction, h http.Header) filter.Media {
	f, ok := framingOf(h)
	if !ok {
		return filter.MediaOf(h["Content-Type"])
	}
	if kind, _ := x.message(dir); f.Codec == grpc.JSON || f.Codec == grpc.Proto && kind != (protobuf.Message{}) {
		return filter.Messages
	}
	return filter.Unreadable
}

// codingOf is the content coding of a body. What single messages are compressed by must be readable as well.
func codingOf(h http.Header) (coding.Coding, error) {
	if f, ok := framingOf(h); ok {
		if _, err := coding.Parse(h.Values(f.Protocol.EncodingHeader())); err != nil {
			return 0, err
		}
	}
	return coding.Parse(h["Content-Encoding"])
}

// framing is how the messages of a body stand in it, and how the trailers are judged that stand there too.
func (x *exchange) framing(r *http.Request, dir rules.Direction, h http.Header) filter.Framing {
	f, _ := framingOf(h)
	f.Coding, _ = coding.Parse(h.Values(f.Protocol.EncodingHeader())) // codingOf has refused what is none; so does the zero value
	f.Trailer = func(name, value string) (string, bool) {
		key := http.CanonicalHeaderKey(name)
		one := http.Header{key: {value}}
		if dir == rules.Request {
			x.plan.RequestHeader(x.toward(dir), one, &x.tally)
		} else {
			x.plan.ResponseHeader(x.toward(dir), one, x.site(r), &x.tally)
		}
		if lines := one[key]; len(lines) == 1 {
			return lines[0], true
		}
		return "", false
	}
	return f
}

// acceptMessages leaves in a request's header the codings of messages that can be read.
func acceptMessages(h http.Header) {
	for _, name := range [...]string{"Grpc-Accept-Encoding", "Connect-Accept-Encoding"} {
		if lines := h[name]; len(lines) > 0 {
			h[name] = []string{coding.Accept(lines)}
		}
	}
}

// dropDetails takes the details of a status out of a header or its trailers: they may quote the request field by field.
func dropDetails(h http.Header) {
	for key := range h {
		if strings.EqualFold(strings.TrimPrefix(key, http.TrailerPrefix), grpc.StatusDetails) {
			delete(h, key)
		}
	}
}

// isStatus says that a response is the error of a unary Connect call, which is JSON whatever the call is in.
func (w *responseWriter) isStatus(media filter.Media) bool {
	if media != filter.JSON || w.status == http.StatusOK {
		return false
	}
	_, called := w.x.message(rules.Response)
	return called
}

// otherMethods are those whose endpoints a request is one of, too. A unary call of Connect may come as a GET, and the policy
// speaks of the POST.
func (x *exchange) otherMethods(r *http.Request) []string {
	if !mayCall(r) {
		return nil
	}
	if _, called := x.message(rules.Request); !called {
		return nil
	}
	if q, err := grpc.QueryOf(r.URL.RawQuery, 0); q == nil && err == nil {
		return nil
	}
	return []string{http.MethodPost}
}

// mayCall says that the query may hold a message. Where GET is served, HEAD may be, and so may other spellings.
func mayCall(r *http.Request) bool {
	get := strings.EqualFold(r.Method, http.MethodGet) || strings.EqualFold(r.Method, http.MethodHead)
	return get && r.URL.RawQuery != ""
}

// filterCall filters the message of a unary call of Connect that comes as a GET. It gives the raw query that goes on.
func (x *exchange) filterCall(r *http.Request, raw string, tally *filter.Tally) (string, *filter.Refusal) {
	if !mayCall(r) || !x.plan.Filters(rules.Request) {
		return raw, nil
	}
	kind, called := x.message(rules.Request)
	if !called {
		return raw, nil
	}
	q, err := grpc.QueryOf(raw, 0)
	if err != nil {
		return "", &filter.Refusal{Status: http.StatusBadRequest, Code: "malformed", Detail: err.Error(), Err: err}
	}
	if q == nil {
		return raw, nil
	}
	body := x.plan.Body(x.toward(rules.Request), filter.BodySpec{
		Direction: rules.Request, Media: filter.Messages, Message: kind, Elements: x.elements(r, rules.Request),
		Framing: filter.Framing{Protocol: grpc.Whole, Codec: q.Codec},
	}, tally)
	out, err := guarded(func(p []byte) ([]byte, error) { return whole(body, p) }, q.Message)
	if err != nil {
		return "", refusalIn(err, http.StatusInternalServerError)
	}
	defer body.Release()
	if raw, err = q.With(out); err != nil {
		return "", refusalIn(err, http.StatusInternalServerError)
	}
	return raw, nil
}

// whole filters a body that is here already.
func whole(body *filter.Body, p []byte) ([]byte, error) {
	first, err := body.Feed(p)
	if err != nil {
		return nil, err
	}
	out := append([]byte(nil), first...)
	last, err := body.Close()
	return append(out, last...), err
}
