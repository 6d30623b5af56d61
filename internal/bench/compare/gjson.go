package main

import (
	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// newGJSON validates, goes through the customers with gjson and lets sjson edit each record by itself, as every edit
// copies what it edits. Neither knows descendants: the rule is applied where gjson finds the name in a walk of its own.
func newGJSON() func([]byte) ([]byte, error) {
	a := newActions()
	var out, record []byte
	return func(doc []byte) ([]byte, error) {
		if !gjson.ValidBytes(doc) {
			return nil, errInvalid
		}
		customers := gjson.GetBytes(doc, "customers")
		out = append(out[:0], doc[:customers.Index]...)
		last, first := customers.Index, true
		var failure error
		customers.ForEach(func(_, customer gjson.Result) bool {
			if first {
				out, first = append(out, '['), false
			} else {
				out = append(out, ',')
			}
			record = append(record[:0], customer.Raw...)
			if record, failure = editRecord(a, record, customer); failure != nil {
				return false
			}
			out = append(out, record...)
			return true
		})
		last += len(customers.Raw) - 1
		out = append(out, doc[last:]...)
		return out, failure
	}
}

var inPlace = &sjson.Options{Optimistic: true, ReplaceInPlace: true} //nolint:gochecknoglobals // never written to

func editRecord(a *actions, record []byte, customer gjson.Result) ([]byte, error) {
	var err error
	set := func(path string, value []byte) {
		if err == nil {
			record, err = sjson.SetRawBytesOptions(record, path, value, inPlace)
		}
	}
	set("email", quoted(a.token([]byte(customer.Get("email").String()))))
	set("phone", quoted(a.mask([]byte(customer.Get("phone").String()))))
	place := customer.Get("address.location")
	for _, axis := range axes {
		number, failure := a.coarse([]byte(place.Get(axis.name).Raw), axis.step)
		if failure != nil {
			return nil, failure
		}
		set("address.location."+axis.name, number)
	}
	for i := range customer.Get("messages.#").Int() {
		if err == nil {
			record, err = sjson.DeleteBytes(record, "messages."+digits(i)+".body")
		}
	}
	for _, path := range namesakes(nil, "", customer) {
		if err == nil {
			record, err = sjson.DeleteBytes(record, path)
		}
	}
	return record, err
}

// namesakes are the paths at which the descendant rule acts.
func namesakes(found []string, path string, v gjson.Result) []string {
	i := int64(0)
	array := v.IsArray()
	v.ForEach(func(key, child gjson.Result) bool {
		switch {
		case array:
			if child.IsObject() || child.IsArray() {
				found = namesakes(found, path+digits(i)+".", child)
			}
			i++
		case key.Str == "tax_id":
			found = append(found, path+"tax_id")
		case child.IsObject() || child.IsArray():
			found = namesakes(found, path+key.Str+".", child)
		}
		return true
	})
	return found
}
