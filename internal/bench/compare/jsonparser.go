package main

import (
	"bytes"
	"slices"

	"github.com/buger/jsonparser"
)

// parser walks with jsonparser's callbacks and writes what is left. It does less than the others: it validates nothing,
// so that a broken document would go out as it came.
type parser struct {
	actions *actions
	out     []byte
}

func newJSONParser() func([]byte) ([]byte, error) {
	p := &parser{actions: newActions()}
	return func(doc []byte) ([]byte, error) {
		p.out = p.out[:0]
		err := p.object(doc, nil)
		return p.out, err
	}
}

// trail is the way to a value, innermost first.
type trail struct {
	name  string
	above *trail
}

func (t *trail) is(names ...string) bool {
	for _, name := range slices.Backward(names) {
		if t == nil || t.name != name {
			return false
		}
		t = t.above
	}
	return t == nil
}

func (p *parser) object(raw []byte, at *trail) error {
	p.out = append(p.out, '{')
	first := true
	err := jsonparser.ObjectEach(raw, func(key, value []byte, kind jsonparser.ValueType, _ int) error {
		if bytes.Equal(key, []byte("tax_id")) || bytes.Equal(key, []byte("body")) && at.is("customers", "*", "messages", "*") {
			return nil
		}
		if !first {
			p.out = append(p.out, ',')
		}
		first = false
		p.out = append(append(append(p.out, '"'), key...), '"', ':')
		here := trail{plainName(key), at}
		return p.value(value, kind, &here)
	})
	p.out = append(p.out, '}')
	return err
}

func (p *parser) array(raw []byte, at *trail) error {
	p.out = append(p.out, '[')
	first := true
	here := trail{"*", at}
	var failure error
	_, err := jsonparser.ArrayEach(raw, func(value []byte, kind jsonparser.ValueType, _ int, _ error) {
		if !first {
			p.out = append(p.out, ',')
		}
		first = false
		if err := p.value(value, kind, &here); err != nil {
			failure = err
		}
	})
	p.out = append(p.out, ']')
	if failure != nil {
		return failure
	}
	return err
}

func (p *parser) value(value []byte, kind jsonparser.ValueType, at *trail) error {
	switch kind {
	case jsonparser.Object:
		return p.object(value, at)
	case jsonparser.Array:
		return p.array(value, at)
	case jsonparser.String:
		switch {
		case at.name == "email" && at.is("customers", "*", "email"):
			value = p.actions.token(value)
		case at.name == "phone" && at.is("customers", "*", "phone"):
			value = p.actions.mask(value)
		}
		p.out = append(append(append(p.out, '"'), value...), '"')
	case jsonparser.Number:
		step := 0.0
		switch {
		case at.name == "lat" && at.is("customers", "*", "address", "location", "lat"):
			step = latitudeStep
		case at.name == "lon" && at.is("customers", "*", "address", "location", "lon"):
			step = longitudeStep
		}
		if step > 0 {
			var err error
			if value, err = p.actions.coarse(value, step); err != nil {
				return err
			}
		}
		p.out = append(p.out, value...)
	default:
		p.out = append(p.out, value...)
	}
	return nil
}

func plainName(key []byte) string {
	for _, name := range names {
		if string(key) == name {
			return name
		}
	}
	return ""
}
