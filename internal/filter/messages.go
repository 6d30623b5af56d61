package filter

import (
	"errors"
	"net/http"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/internal/protobuf"
	"github.com/privet-gateway/privet/rules"
)

// Framing says how messages stand in a body of the medium Messages. The zero value refuses.
type Framing struct {
	Protocol grpc.Protocol
	Codec    grpc.Codec
	Coding   coding.Coding // of single messages
	// Trailer judges the trailers that stand in the body; nil keeps them. What tells the details of a status goes anyway.
	Trailer func(name, value string) (now string, keep bool)
}

// keptMessages is how large the largest message may be for the buffers to stay for the next body.
const keptMessages = 64 << 10

// messages filters each message of a body as a document of its own: it is read as JSON, edited, and written again.
type messages struct {
	judge  *judge
	editor *jsonpath.Editor
	set    *jsonpath.Set
	limits jsonpath.Limits
	kind   protobuf.Message
	codec  grpc.Codec

	stream  grpc.Stream
	view    protobuf.View
	edited  []byte
	largest int // bytes of a message
}

// readMessages begins a body of messages.
func (b *Body) readMessages(set *jsonpath.Set, limits jsonpath.Limits, spec BodySpec) {
	f := spec.Framing
	if f.Protocol == 0 || f.Codec == 0 || f.Codec == grpc.Proto && spec.Message == (protobuf.Message{}) {
		b.failed = refuseType(spec.Direction)
		return
	}
	if b.messages == nil {
		b.messages = new(messages)
	}
	m := b.messages
	m.judge, m.editor, m.set, m.limits, m.kind, m.codec = &b.judge, b.editor, set, limits, spec.Message, f.Codec
	m.stream.Reset(grpc.Options{Protocol: f.Protocol, Coding: f.Coding, Message: m.filter, Trailer: f.Trailer})
	b.reader = m
}

// Feed implements view.Filter.
func (m *messages) Feed(p []byte) ([]byte, error) { return m.stream.Feed(p) }

// Close implements view.Filter.
func (m *messages) Close() ([]byte, error) { return m.stream.Close() }

// filter gives what goes out in the place of a message.
func (m *messages) filter(message []byte) ([]byte, error) {
	m.largest = max(m.largest, len(message))
	if m.codec == grpc.JSON {
		if len(message) == 0 {
			return message, nil
		}
		return m.edit(message)
	}
	text, err := m.view.Read(m.kind, message, protobuf.Limits{})
	if err != nil {
		return nil, err
	}
	edited, err := m.edit(text)
	if err != nil {
		return nil, err
	}
	out, removed, err := m.view.Write(edited)
	if removed > 0 {
		m.judge.misfit(removed)
	}
	return out, err
}

func (m *messages) edit(text []byte) ([]byte, error) {
	m.editor.Reset(m.set, m.judge, m.limits)
	out, err := m.editor.Feed(text)
	if err != nil {
		return nil, err
	}
	m.edited = append(m.edited[:0], out...)
	if out, err = m.editor.Close(); err != nil {
		return nil, err
	}
	m.edited = append(m.edited, out...)
	return m.edited, nil
}

// release forgets the body, and says whether the buffers are small enough to stay.
func (m *messages) release() bool {
	m.stream.Reset(grpc.Options{})
	m.view.Release()
	m.judge, m.editor, m.set, m.kind = nil, nil, nil, protobuf.Message{}
	return m.largest <= keptMessages
}

// misfit notes values that were removed since their field cannot hold what an action made of them, such as a number with
// a mask over it. The action itself is in the tally as done; which of the labels it was the message does not tell.
func (j *judge) misfit(n int) {
	at := j.decided[0].Labels().All()[j.paths.labels[0]].At
	ruling := rules.Ruling{
		Action: rules.Action{Kind: rules.Remove, At: at}, At: at,
		Reason: "the field of the message cannot hold what the action makes of its value",
	}
	j.tally.several(otherKey{kind: Field, direction: j.direction, ruling: ruling, action: rules.Remove, unfit: true}, n)
}

// refusalOfMessage says what the refusal of a stream or a message comes to; nil where the error is of neither.
func refusalOfMessage(err error) *Refusal {
	r := &Refusal{Status: http.StatusBadRequest, Code: "malformed", Detail: err.Error(), Err: err}
	limit := false
	if cause, ok := errors.AsType[*grpc.Error](err); ok {
		limit = cause.Kind == grpc.TooLarge
		if cause.Kind == grpc.Undeclared || cause.Kind == grpc.Damaged {
			r.Code = "coding"
		}
	} else if cause, ok := errors.AsType[*protobuf.Error](err); ok {
		limit = cause.Kind == protobuf.TooLarge || cause.Kind == protobuf.TooDeep
		if cause.Kind == protobuf.UnknownField || cause.Kind == protobuf.UnknownType {
			r.Status, r.Code = http.StatusUnsupportedMediaType, "type"
		}
	} else {
		return nil
	}
	if limit {
		r.Status, r.Code = http.StatusRequestEntityTooLarge, "limit"
	}
	return r
}
