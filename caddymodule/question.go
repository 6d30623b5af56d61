package caddymodule

import (
	"errors"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/internal/graphql"
	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

const (
	// wholeQuestion is how long a body may be that is read before the upstream hears of the request: what it asks is then
	// known, and refused or answered, in time. What a longer one asks is known when all but its end has gone.
	wholeQuestion = 64 << 10
	// What is remembered of queries, in all: texts that came with their hash, and what keys of responses stand for.
	keptQueries, keptText = 2_000, 8 << 20
	keptTrees, keptTree   = 1_000, 16 << 20
	keptSets              = 128
)

var recorders = sync.Pool{New: func() any { return new(graphql.Recorder) }} //nolint:gochecknoglobals // a pool

// question is what a request asks for by GraphQL, whose response is labelled. Its body goes by on another goroutine than
// the response, and both need to know.
type question struct {
	x       *exchange
	certain bool // it asks for GraphQL whatever its body says

	mu       sync.Mutex
	recorder *graphql.Recorder // nil once it is known what is asked, and when the exchange has ended
	decoder  coding.Decoder    // of the body; nil for identity
	wrong    *problem          // the body cannot be read
	settled  bool
	tree     *graphql.Tree // of the response's keys; nil where they are no fields of GraphQL
	batched  bool
	opaque   bool     // it may name a stored query, or something else
	refused  *problem // the answer to a question that cannot be let through
}

// ask begins to read what the request asks for, where that decides what labels of the response mean. It gives the answer
// to a request that must not reach the upstream.
func (x *exchange) ask(r *http.Request) *problem {
	if !x.plan.Filters(rules.Response) || r.Method == http.MethodConnect { // a tunnel is no question
		return nil
	}
	carries := r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0 && carriesQuery(r.Header["Content-Type"])
	if !carries && r.URL.RawQuery == "" {
		return nil
	}
	q := &question{x: x, certain: asksGraphQL(r, x.paths)}
	q.recorder = recorders.Get().(*graphql.Recorder) //nolint:forcetypeassert // the pool's own
	if !carries {
		q.recorder.Reset("", r.URL.RawQuery)
		if refused := q.settle(); refused != nil || q.tree != nil || q.opaque {
			x.question = q
		}
		return x.unasked(q.refused)
	}
	q.recorder.Reset(r.Header.Get("Content-Type"), r.URL.RawQuery)
	x.question = q
	c, err := coding.Parse(r.Header["Content-Encoding"])
	switch {
	case err != nil:
		q.wrong = newProblem(http.StatusUnsupportedMediaType, "coding", "The content coding cannot be read", err.Error())
	case len(r.Header["Content-Type"]) > 1:
		q.wrong = newProblem(http.StatusUnsupportedMediaType, "type", "Two media types are claimed", "")
	case c != coding.Identity:
		q.decoder = coding.NewDecoder(c)
	}
	if q.wrong != nil {
		return x.unasked(q.settle())
	}
	x.client = r.Body
	x.recorded = &recordedBody{r: r, client: r.Body, question: q, left: r.ContentLength}
	r.Body = x.recorded
	if !x.enforcing() || r.ContentLength < 0 || r.ContentLength > wholeQuestion {
		return nil
	}
	began := time.Now()
	x.recorded.readAhead(int(r.ContentLength))
	x.spent.Add(-int64(time.Since(began))) // the client's time, not ours
	return x.refusal()
}

// unasked is the answer to a request that does not go on; mode report counts it and goes on.
func (x *exchange) unasked(p *problem) *problem {
	if x.stops(p) {
		return p
	}
	return nil
}

// carriesQuery knows the types of bodies in which servers look for a query. A type that says nothing is read as JSON.
func carriesQuery(contentType []string) bool {
	if len(contentType) == 0 {
		return true
	}
	for _, line := range contentType {
		essence, _, _ := strings.Cut(strings.ToLower(line), ";")
		essence = strings.TrimSpace(essence)
		switch essence {
		case "", "application/graphql", "application/x-www-form-urlencoded", "text/plain":
			return true
		}
		if _, _, called := grpc.ProtocolOf(essence); called {
			continue // messages of another protocol
		}
		if strings.HasSuffix(essence, "/json") || strings.HasSuffix(essence, "+json") || strings.HasPrefix(essence, "multipart/") {
			return true
		}
	}
	return false
}

// asksGraphQL says that a request is one of GraphQL by what stands outside of its body. Only then an id in it is that of a
// stored query, and not of anything else.
func asksGraphQL(r *http.Request, paths []string) bool {
	for _, received := range paths {
		switch strings.ToLower(path.Base(received)) {
		case "graphql", "gql", "query":
			return true
		}
	}
	for _, name := range []string{"Accept", "Content-Type"} {
		for _, line := range r.Header[name] {
			if strings.Contains(strings.ToLower(line), "graphql") {
				return true
			}
		}
	}
	return false
}

// feed takes the next bytes of the body as they came.
func (q *question) feed(p []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.recorder == nil || q.wrong != nil || len(p) == 0 {
		return
	}
	defer q.x.timed(time.Now())
	defer q.guard()
	if q.decoder == nil {
		q.recorder.Feed(p)
		return
	}
	q.decoded(q.decoder.Decode(p, q.take))
}

func (q *question) take(plain []byte) error {
	q.recorder.Feed(plain)
	return nil
}

func (q *question) decoded(err error) {
	if err != nil && q.wrong == nil {
		q.wrong = newProblem(http.StatusBadRequest, "coding", "The request's body was refused", "the content coding is damaged")
	}
}

// guard turns a panic into a refusal, without what it says: on a transport's goroutine it would end the process.
func (q *question) guard() {
	if recover() != nil {
		q.wrong = newProblem(http.StatusInternalServerError, "fault", "The request's body was refused", "the filter failed")
	}
}

// settle ends the body. It gives the answer to what cannot be let through.
func (q *question) settle() *problem {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.settled || q.recorder == nil {
		return q.refused
	}
	q.conclude()
	if q.wrong != nil {
		q.refused = q.wrong
	}
	q.settled = true
	q.release()
	return q.refused
}

func (q *question) conclude() {
	defer q.guard()
	if q.decoder != nil && q.wrong == nil {
		q.decoded(q.decoder.Close(q.take))
	}
	request, err := q.recorder.Close()
	if err != nil {
		q.refused = unreadable(err)
		return
	}
	request = q.x.app.queries.Resolve(request)
	q.batched = request.Batched()
	if q.opaque = request.Opaque() && !q.certain; q.opaque {
		request = request.Told()
	}
	if body, ok := request.NotFound(); ok {
		q.refused = newProblem(http.StatusOK, "query", "The stored query is not known", "")
		q.refused.reply = body
		return
	}
	if q.tree, err = q.x.app.trees.Of(request); err != nil {
		q.refused = unreadable(err)
	}
}

// unreadable is the answer to a query of which nobody can tell what it asks for.
func unreadable(err error) *problem {
	status := http.StatusBadRequest
	if cause, ok := errors.AsType[*graphql.Error](err); ok {
		switch cause.Kind {
		case graphql.TooLarge:
			status = http.StatusRequestEntityTooLarge
		case graphql.Stored:
			status = http.StatusUnsupportedMediaType
		case graphql.Unread:
			return newProblem(status, "malformed", "The request's body was refused", err.Error())
		default:
		}
	}
	return newProblem(status, "query", "The request's query cannot be read", err.Error())
}

// release gives back what reads the body. It needs the lock.
func (q *question) release() {
	if q.decoder != nil {
		q.decoder.Abort()
		q.decoder = nil
	}
	if q.recorder != nil {
		if q.wrong == nil {
			recorders.Put(q.recorder)
		}
		q.recorder = nil
	}
}

// end is the end of the exchange, whatever is still to come of the body.
func (q *question) end() {
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.release()
}

// isRefused says that the answer to the question has been told, or that it would have been.
func (q *question) isRefused() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.refused != nil
}

// names are those of a response's members; nil where they stand for themselves.
func (q *question) names() *jsonpath.Names {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.tree == nil {
		return nil
	}
	return q.tree.Names()
}

// forbids says why a response cannot be read by the labels, "" where it can.
func (q *question) forbids(plan *filter.Plan, media filter.Media, h http.Header) string {
	if q == nil {
		return ""
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case !q.settled:
		return "the response came before it was known what the request asks for"
	case q.refused != nil:
		return "it is not known what the request asked for"
	case q.opaque && strings.Contains(strings.ToLower(h.Get("Content-Type")), "graphql"):
		return "the text of a stored query is not known"
	case q.tree == nil:
		return ""
	case q.tree.Incremental() && !plan.Anywhere():
		return "parts of the response come later, where the paths of this endpoint do not lead"
	case q.batched && !plan.InArrays():
		return "the response is a batch, where the paths of this endpoint do not lead"
	case q.tree.Names() != nil && plan.Lists():
		return "the query gives names to what it asks for, by which fields could leave that allow does not list"
	case q.tree.Names() != nil && media != filter.JSON && media != filter.Padding && !media.Streams():
		return "the query gives names to what it asks for, and the response is no JSON"
	default:
		return ""
	}
}
