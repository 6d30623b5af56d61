package grpc

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"github.com/privet-gateway/privet/internal/coding"
)

// Query is a unary request of Connect that comes as a GET, with its message in the query.
type Query struct {
	Codec   Codec
	Message []byte // decompressed

	parts  []string // of the query, as written
	at     int      // of the message
	coding coding.Coding
	base64 bool
}

var (
	errQueryTwice   = errors.New("a parameter of a Connect GET stands twice")
	errQueryMessage = errors.New("the message of a Connect GET cannot be read")
	errQueryCoding  = errors.New("the compression of a Connect GET cannot be read")
	errQuerySize    = errors.New("the message of a Connect GET is too large to hold")
)

// QueryOf reads a raw query. It is nil where that has neither a message nor an encoding, and is no such request. The limit
// is in bytes of the message, as it comes and decompressed; 0 for 4 MiB. Errors quote nothing of the query.
func QueryOf(raw string, limit int) (*Query, error) {
	q := &Query{at: -1, coding: coding.Identity, parts: strings.Split(raw, "&")}
	values := map[string]string{}
	for i, part := range q.parts {
		key, value, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(key)
		if err != nil {
			continue // it names no parameter that is read here
		}
		switch name {
		case "message", "encoding", "base64", "compression":
		default:
			continue
		}
		if _, twice := values[name]; twice {
			return nil, errQueryTwice
		}
		if values[name], err = url.QueryUnescape(value); err != nil {
			return nil, errQueryMessage
		}
		if name == "message" {
			q.at = i
		}
	}
	_, encoded := values["encoding"]
	if q.at < 0 && !encoded {
		return nil, nil
	}
	return q, q.read(values, limit)
}

func (q *Query) read(values map[string]string, limit int) (err error) {
	if limit <= 0 {
		limit = 4 << 20
	}
	switch values["encoding"] {
	case "proto":
		q.Codec = Proto
	case "json":
		q.Codec = JSON
	}
	if compression, found := values["compression"]; found {
		if q.coding, err = coding.Parse([]string{compression}); err != nil {
			return errQueryCoding
		}
	}
	message := []byte(values["message"])
	if q.base64 = values["base64"] == "1"; q.base64 {
		text := strings.TrimRight(values["message"], "=")
		if message, err = base64.RawURLEncoding.DecodeString(text); err != nil || strings.ContainsAny(text, "\r\n") {
			return errQueryMessage
		}
	}
	if len(message) > limit {
		return errQuerySize
	}
	if q.Message = message; q.coding == coding.Identity || len(message) == 0 {
		return nil
	}
	s := Stream{options: Options{Coding: q.coding, Limit: limit}}
	err = s.decompress(message)
	if refusal, ok := errors.AsType[*Error](err); ok && refusal.Kind == TooLarge {
		return errQuerySize
	} else if err != nil {
		return errQueryMessage
	}
	q.Message = s.plain
	return nil
}

// With is the raw query with another message; with the same, it is as it came.
func (q *Query) With(message []byte) (string, error) {
	if q.at < 0 || bytes.Equal(message, q.Message) {
		return strings.Join(q.parts, "&"), nil
	}
	if q.coding != coding.Identity {
		s := Stream{options: Options{Coding: q.coding}}
		if err := s.compress(message); err != nil {
			return "", err
		}
		message = s.out
	}
	value := url.QueryEscape(string(message))
	if q.base64 {
		value = base64.RawURLEncoding.EncodeToString(message)
	}
	parts := append([]string(nil), q.parts...)
	parts[q.at] = "message=" + value
	return strings.Join(parts, "&"), nil
}
