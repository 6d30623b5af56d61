package main

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// textWriter goes from token to token, reader to writer: the only one of these that streams, too.
type textWriter struct {
	actions *actions
	in      *jsontext.Decoder
	out     *jsontext.Encoder
	source  bytes.Reader
	sink    bytes.Buffer
	path    []string // names on the way to the value at hand, "*" for elements
	value   []byte
}

func newJSONText() func([]byte) ([]byte, error) {
	w := &textWriter{actions: newActions()}
	// Repeated names are no error to the filter either, and text is not to be written anew.
	options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true)}
	w.in, w.out = jsontext.NewDecoder(&w.source, options...), jsontext.NewEncoder(&w.sink, options...)
	return func(doc []byte) ([]byte, error) {
		w.source.Reset(doc)
		w.sink.Reset()
		w.in.Reset(&w.source, options...)
		w.out.Reset(&w.sink, options...)
		w.path = w.path[:0]
		if err := w.copy(); err != nil {
			return nil, err
		}
		return w.sink.Bytes(), nil
	}
}

func (w *textWriter) copy() error {
	switch w.in.PeekKind() {
	case '{':
		return w.object()
	case '[':
		return w.array()
	default:
		token, err := w.in.ReadToken()
		if err != nil {
			return err
		}
		return w.out.WriteToken(token)
	}
}

func (w *textWriter) object() error {
	token, err := w.in.ReadToken()
	if err != nil {
		return err
	}
	if err := w.out.WriteToken(token); err != nil {
		return err
	}
	for w.in.PeekKind() != '}' {
		raw, err := w.in.ReadValue()
		if err != nil {
			return err
		}
		name := nameOf(raw)
		if w.isRemoved(name) {
			if err := w.in.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if err := w.out.WriteValue(raw); err != nil {
			return err
		}
		w.path = append(w.path, name)
		if err := w.member(); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	if token, err = w.in.ReadToken(); err != nil {
		return err
	}
	return w.out.WriteToken(token)
}

func (w *textWriter) array() error {
	token, err := w.in.ReadToken()
	if err != nil {
		return err
	}
	if err := w.out.WriteToken(token); err != nil {
		return err
	}
	w.path = append(w.path, "*")
	for w.in.PeekKind() != ']' {
		if err := w.copy(); err != nil {
			return err
		}
	}
	w.path = w.path[:len(w.path)-1]
	if token, err = w.in.ReadToken(); err != nil {
		return err
	}
	return w.out.WriteToken(token)
}

func (w *textWriter) at(path ...string) bool {
	if len(w.path) != len(path) {
		return false
	}
	for i := range path {
		if w.path[i] != path[i] {
			return false
		}
	}
	return true
}

func (w *textWriter) isRemoved(name string) bool {
	return name == "tax_id" || name == "body" && w.at("customers", "*", "messages", "*")
}

// member writes the value of a member by the rule for its place.
func (w *textWriter) member() error {
	var number []byte
	switch last := w.path[len(w.path)-1]; {
	case last == "email" && w.at("customers", "*", "email"), last == "phone" && w.at("customers", "*", "phone"):
		raw, err := w.in.ReadValue()
		if err != nil {
			return err
		}
		if w.value, err = jsontext.AppendUnquote(w.value[:0], raw); err != nil {
			return err
		}
		if last == "email" {
			return w.out.WriteToken(jsontext.String(string(w.actions.token(w.value))))
		}
		return w.out.WriteToken(jsontext.String(string(w.actions.mask(w.value))))
	case last == "lat" && w.at("customers", "*", "address", "location", "lat"),
		last == "lon" && w.at("customers", "*", "address", "location", "lon"):
		raw, err := w.in.ReadValue()
		if err != nil {
			return err
		}
		step := longitudeStep
		if last == "lat" {
			step = latitudeStep
		}
		if number, err = w.actions.coarse(raw, step); err != nil {
			return err
		}
		return w.out.WriteValue(number)
	default:
		return w.copy()
	}
}
