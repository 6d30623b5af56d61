package graphql

import (
	"errors"
	"mime"
	"strings"
)

// maxWritten bounds a parameter as written, with its escapes.
const maxWritten = 2 * maxText

var (
	errCharset = errors.New("a charset other than UTF-8")
	errType    = errors.New("a content type that cannot be read")
	errPart    = errors.New("a multipart body that cannot be told apart")
	errEnd     = errors.New("a multipart body without an end")
)

// Recorder notes what a request says of GraphQL (GraphQL over HTTP; the multipart request specification) while its body
// goes by. It keeps queries, names of operations and hashes, at most maxTexts bytes of them, and one parameter as written.
// A body in a content coding must be decoded for it. The zero Recorder must be Reset; it is not safe for concurrent use.
type Recorder struct {
	form    form
	json    members
	parts   parts
	raw     []byte // a body that is a query
	reading reading
	fed     bool
	loose   statement // what the URL, a form or fields of a multipart body say
	names   choice    // of operations, in JSON
	kept    int
	request Request
	err     *Error
}

// reading is how a body is read.
type reading uint8

const (
	guessed reading = iota // as JSON if it is, else not at all
	asJSON
	asQuery
	asForm
	asParts
)

// Queries reads a request whose body is at hand. See Recorder.Close.
func Queries(contentType, rawQuery string, body []byte) (Request, error) {
	var r Recorder
	r.Reset(contentType, rawQuery)
	r.Feed(body)
	return r.Close()
}

// NewRecorder makes a Recorder for one request.
func NewRecorder(contentType, rawQuery string) *Recorder {
	r := &Recorder{}
	r.Reset(contentType, rawQuery)
	return r
}

// Reset makes the Recorder ready for a request with this Content-Type, which may be empty, and this query of its URL,
// without the question mark.
func (r *Recorder) Reset(contentType, rawQuery string) {
	r.form.recorder, r.json.recorder, r.parts.recorder = r, r, r
	r.raw, r.fed, r.names, r.kept, r.request, r.err = r.raw[:0], false, choice{}, 0, Request{}, nil
	r.loose.reset()
	r.form.begin()
	r.form.feed([]byte(rawQuery))
	r.form.end()
	r.prepare(contentType)
	if r.reading == guessed || r.reading == asJSON {
		r.json.begin()
	}
}

func (r *Recorder) prepare(contentType string) {
	essence, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	essence = strings.TrimSpace(essence)
	switch {
	case essence == "application/graphql":
		r.reading = asQuery
	case essence == "application/x-www-form-urlencoded":
		r.reading = asForm
	case strings.HasPrefix(essence, "multipart/"):
		r.reading = asParts
	case strings.HasSuffix(essence, "/json"), strings.HasSuffix(essence, "+json"):
		r.reading = asJSON
	default:
		r.reading = guessed
		return
	}
	parameters := r.understand(contentType)
	if r.reading == asParts {
		r.parts.begin(parameters["boundary"])
	}
}

// understand gives the parameters of a content type, and fails over a charset that is not read.
func (r *Recorder) understand(contentType string) map[string]string {
	_, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		r.fail(Unread, errType)
	}
	switch strings.ToLower(parameters["charset"]) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
	default:
		r.fail(Unread, errCharset)
	}
	return parameters
}

// Feed takes the next bytes of the body. They may be changed afterwards.
func (r *Recorder) Feed(p []byte) {
	if r.err != nil || len(p) == 0 {
		return
	}
	r.fed = true
	switch r.reading {
	case asQuery:
		if len(r.raw)+len(p) > maxText {
			r.fail(TooLarge, nil)
			return
		}
		r.raw = append(r.raw, p...)
	case asForm:
		r.form.feed(p)
	case asParts:
		r.parts.feed(p)
	case guessed, asJSON:
		r.check(r.json.feed(p))
	}
}

// Close ends the body and gives what the request says. An error is an *Error of kind Unread or TooLarge: a server may read
// in it what could not be read here. A body whose type is not declared and that is no JSON is no error.
func (r *Recorder) Close() (Request, error) {
	if r.fed && r.err == nil {
		switch r.reading {
		case asQuery:
			if r.keep(len(r.raw)) {
				r.loose.text(memberQuery, string(r.raw))
			}
		case asForm:
			r.form.end()
		case asParts:
			r.parts.end()
		case guessed, asJSON:
			r.check(r.json.end())
		}
	}
	r.request.widen(r.loose.names)
	operation := r.loose.names.single()
	if r.names.value != "" && (r.names.several || r.names.value != operation) {
		operation = ""
	}
	if !r.request.settle(&r.loose, operation) {
		r.fail(TooLarge, nil)
	}
	if r.err != nil {
		return Request{}, r.err
	}
	return r.request, nil
}

// check fails over a JSON document that cannot be read, unless nothing said that it is one.
func (r *Recorder) check(err error) {
	switch {
	case err == nil:
	case r.reading != guessed || r.json.said.says() || r.request.IsGraphQL:
		r.fail(Unread, err)
	default:
		r.fed = false
	}
}

// settle adds what an element of JSON says.
func (r *Recorder) settle(s *statement) {
	r.names.add(s.names.value)
	r.names.several = r.names.several || s.names.several
	if !r.request.settle(s, s.names.single()) {
		r.fail(TooLarge, nil)
	}
	s.reset()
}

// keep reports whether there is room for so many bytes more.
func (r *Recorder) keep(size int) bool {
	r.kept += size
	if size > maxText || r.kept > maxTexts {
		r.fail(TooLarge, nil)
		return false
	}
	return r.err == nil
}

func (r *Recorder) fail(kind Kind, err error) {
	if r.err == nil {
		r.err = &Error{Kind: kind, Err: err}
	}
}
