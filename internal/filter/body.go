package filter

import (
	"errors"
	"net/http"
	"sync"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/internal/view"
	"github.com/privet-gateway/privet/rules"
)

// BodySpec says what body is to be filtered.
type BodySpec struct {
	Direction rules.Direction
	Media     Media   // one that Reads; any other is refused
	Type      string  // its Content-Type line, for the parameters
	Elements  Decider // nil where no `each` is labelled
	// Called are the functions that a script may be a call of. Where there are some, the script passes unless it is one;
	// where there are none, it must be one.
	Called []string
	// Names are what the members of its documents are called beside their names; nil where they have no others. They do not
	// hold for the formats that are no JSON.
	Names *jsonpath.Names
	// Sets keeps what is made of Names; nil keeps nothing.
	Sets *Sets
	// InMarkup says that the document is the content of an element, which nothing that is written may end.
	InMarkup bool
	// Message is the type of the messages of the media Messages and JSON: their members go by all names that its fields
	// have. The zero value, which only JSON may have, is of no type: members go by the names they bear.
	Message protobuf.Message
	Framing Framing // of Messages
}

// Body filters one body as its bytes go by. It is not safe for concurrent use.
type Body struct {
	judge    judge
	editor   *jsonpath.Editor // of JSON
	form     *view.Form       // kept for its buffers, as is what follows
	table    *view.Table
	xml      *view.XML
	messages *messages
	reader   view.Filter // editor, or that of another format; nil where nothing is filtered
	fed      bool        // something has come; an empty body passes
	failed   error
}

// bodies keeps the buffers of bodies that are done.
var bodies = sync.Pool{New: func() any { return new(Body) }} //nolint:gochecknoglobals // holds nothing a body could tell

// Body begins a body of an exchange. Release gives it back.
func (p *Plan) Body(d *rules.Decision, spec BodySpec, tally *Tally) *Body {
	b := bodies.Get().(*Body)
	j := &b.judge
	j.tokens = p.tokens
	j.paths, j.direction, j.elements, j.tally, j.fault = p.paths[spec.Direction], spec.Direction, spec.Elements, tally, nil
	j.inMarkup, j.manner, j.standsIn = spec.InMarkup, asJSON, 0
	j.decided, j.opened = append(j.decided[:0], d), j.opened[:0]
	b.fed, b.failed, b.reader, j.names = false, nil, nil, nil
	if j.paths == nil {
		return b
	}
	set := spec.Sets.under(j.paths.set, spec.Names)
	if names := spec.Message.Names(); names != nil {
		set = j.paths.under(names)
	}
	job := view.Job{Set: set, Visitor: j, Limits: jsonpath.Limits{Held: p.limits.Held, Depth: p.limits.Depth}}
	if spec.Media != JSON && spec.Media != Messages {
		b.read(job, spec)
		j.names = b.namesOf(&spec)
		return b
	}
	if b.editor == nil {
		b.editor = jsonpath.NewEditor(job.Set, j, job.Limits)
	} else {
		b.editor.Reset(job.Set, j, job.Limits)
	}
	if spec.Media == Messages {
		b.readMessages(job.Set, job.Limits, spec)
	} else {
		b.reader = b.editor
	}
	j.names = b.namesOf(&spec)
	return b
}

// Feed takes the next bytes and gives those that may go out: valid until the next call, and perhaps part of p. An error
// is a *Refusal and final; nothing goes out with it.
func (b *Body) Feed(p []byte) (out []byte, err error) {
	switch {
	case b.failed != nil:
		return nil, b.failed
	case b.judge.paths == nil:
		return p, nil
	case len(p) == 0:
		return nil, nil
	}
	if !b.fed && b.reader == b.editor && view.MayBeGuarded(p[0]) {
		b.reader = view.NewGuarded(b.editor)
	}
	b.fed = true
	out, err = b.reader.Feed(p)
	if err != nil {
		b.judge.report()
	}
	return b.checked(out, err)
}

// Close ends the body and gives what is left of it.
func (b *Body) Close() (out []byte, err error) {
	switch {
	case b.failed != nil:
		return nil, b.failed
	case b.judge.paths == nil, !b.fed:
		return nil, nil
	}
	out, err = b.reader.Close()
	b.judge.report()
	return b.checked(out, err)
}

// Release gives the body's buffers back. The body and what it gave out must not be used afterwards.
func (b *Body) Release() {
	j := &b.judge
	if j.tally != nil {
		j.report()
	}
	clear(j.decided[:cap(j.decided)])
	j.tokens, j.paths, j.elements, j.tally, j.fault, j.names = nil, nil, nil, nil, nil, nil
	if b.messages != nil && !b.messages.release() {
		b.messages = nil
	}
	b.failed, b.reader = errReleased, nil
	bodies.Put(b)
}

var errReleased = errors.New("the body has been released")

func (b *Body) checked(out []byte, err error) ([]byte, error) {
	if fault := b.judge.fault; fault != nil {
		b.failed = faultOf(b.judge.direction, fault)
		return nil, b.failed
	}
	if err != nil {
		b.failed = b.judge.refuse(err)
		return nil, b.failed
	}
	return out, nil
}

func faultOf(dir rules.Direction, err error) *Refusal {
	status := http.StatusServiceUnavailable
	if dir == rules.Response {
		status = http.StatusBadGateway
	}
	return &Refusal{Status: status, Code: "fault", Detail: "no decision about an element", Err: err}
}

// refuse is the refusal for what the reader of a format found.
func (j *judge) refuse(err error) *Refusal {
	r := refusalOfMessage(err)
	if r == nil {
		r = j.refusalOfDocument(err)
	}
	if r.Rule.IsZero() {
		r.Rule = j.paths.at
	}
	if j.direction == rules.Response {
		r.Status = http.StatusBadGateway
	}
	return r
}

func (j *judge) refusalOfDocument(err error) *Refusal {
	r := &Refusal{Status: http.StatusBadRequest, Code: "malformed", Detail: err.Error(), Err: err}
	kind, paths := jsonpath.Malformed, []int(nil)
	if cause, ok := errors.AsType[*jsonpath.Error](err); ok {
		kind, paths = cause.Kind, cause.Paths
	} else if cause, ok := errors.AsType[*view.Error](err); ok {
		kind, paths = cause.Kind, cause.Paths
	}
	if len(paths) > 0 {
		r.Rule = j.paths.ruleOf(paths[0], j.decided[0].Labels())
	}
	switch kind {
	case jsonpath.TooDeep, jsonpath.TooLarge:
		r.Status, r.Code = http.StatusRequestEntityTooLarge, "limit"
	default:
	}
	return r
}
