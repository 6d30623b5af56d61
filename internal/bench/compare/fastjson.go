package main

import "github.com/valyala/fastjson"

// newFastjson makes a tree, which it keeps from document to document, edits and writes it. Parsing validates, save for
// numbers, which it takes as they look.
func newFastjson() func([]byte) ([]byte, error) {
	a, p := newActions(), new(fastjson.Parser)
	var arena fastjson.Arena
	var out []byte
	return func(doc []byte) ([]byte, error) {
		root, err := p.ParseBytes(doc)
		if err != nil {
			return nil, err
		}
		arena.Reset()
		for _, customer := range root.GetArray("customers") {
			customer.Set("email", arena.NewStringBytes(a.token(customer.GetStringBytes("email"))))
			customer.Set("phone", arena.NewStringBytes(a.mask(customer.GetStringBytes("phone"))))
			place := customer.Get("address", "location")
			if err := coarseFastjson(a, &arena, place); err != nil {
				return nil, err
			}
			for _, message := range customer.GetArray("messages") {
				message.Del("body")
			}
		}
		dropFastjson(root)
		out = root.MarshalTo(out[:0])
		return out, nil
	}
}

func coarseFastjson(a *actions, arena *fastjson.Arena, place *fastjson.Value) error {
	for _, axis := range axes {
		var room [32]byte
		number, err := a.coarse(place.Get(axis.name).MarshalTo(room[:0]), axis.step)
		if err != nil {
			return err
		}
		place.Set(axis.name, arena.NewNumberString(string(number)))
	}
	return nil
}

// dropFastjson is the descendant rule.
func dropFastjson(v *fastjson.Value) {
	switch v.Type() {
	case fastjson.TypeObject:
		v.Del("tax_id")
		o, _ := v.Object()
		o.Visit(func(_ []byte, child *fastjson.Value) { dropFastjson(child) })
	case fastjson.TypeArray:
		items, _ := v.Array()
		for _, item := range items {
			dropFastjson(item)
		}
	default:
	}
}
