package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// fieldsOf reads a form by the standard library, pair by pair. It is not ok where the form does not parse.
func fieldsOf(body []byte) (fields []named, ok bool) {
	body = bytes.TrimPrefix(body, byteOrderMark)
	for pair := range strings.SplitSeq(string(body), "&") {
		if pair == "" {
			continue
		}
		if strings.HasPrefix(pair, string(byteOrderMark)) {
			return nil, false
		}
		values, err := url.ParseQuery(pair)
		if err != nil || len(values) != 1 {
			return nil, false
		}
		for name, value := range values {
			text := name + value[0]
			if !utf8.ValidString(name) || !utf8.ValidString(value[0]) || strings.Contains(text, "\x00") {
				return nil, false
			}
			fields = append(fields, named{name, value[0]})
		}
	}
	return fields, true
}

// seenPart is a part as the standard library reads it.
type seenPart struct {
	named

	reads bool // by a filter of its own, which may change it
}

// partsOf reads a multipart body of the boundary "b". It is not ok where that fails.
func partsOf(body []byte) (parts []seenPart, ok bool) {
	r := multipart.NewReader(bytes.NewReader(body), "b")
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts, true
		}
		if err != nil {
			return nil, false
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, false
		}
		name := strings.NewReplacer("%22", `"`, "%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n").Replace(part.FormName())
		kind := PartText
		if contentType := part.Header.Get("Content-Type"); contentType != "" {
			kind, _ = kindsOf(contentType)
		}
		text := bytes.TrimLeft(bytes.TrimPrefix(value, byteOrderMark), " \t\r\n")
		isJSON := len(text) > 0 && (text[0] == '{' || text[0] == '[') && (kind == PartOpaque || kind == PartText && part.FileName() != "")
		parts = append(parts, seenPart{named{name, string(value)}, isJSON || kind == PartJSON || kind == PartDocuments})
	}
}

// sameButFields compares documents without the members that fieldRules name; what is no document is not compared.
func sameButFields(t *testing.T, was, is string) {
	t.Helper()
	var before, after any
	trim := func(text string) []byte { return []byte(strings.TrimPrefix(text, string(byteOrderMark))) }
	if json.Unmarshal(trim(was), &before) != nil {
		return
	}
	if err := json.Unmarshal(trim(is), &after); err != nil {
		t.Fatalf("%q became %q", was, is)
	}
	if m, ok := before.(map[string]any); ok {
		for name, value := range m {
			text, stays := edited(name, "")
			if !stays {
				delete(m, name)
			} else if text != "" {
				m[name] = text
			} else if name == "null" {
				m[name] = nil
			} else {
				m[name] = value
			}
		}
	}
	want, _ := json.Marshal(before)
	got, _ := json.Marshal(after)
	if !bytes.Equal(want, got) {
		t.Fatalf("%q became %q", was, is)
	}
}
