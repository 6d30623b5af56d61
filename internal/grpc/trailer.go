package grpc

import (
	"bytes"
	"encoding/json"
	"strings"
)

// StatusDetails is the trailer or header that carries a serialized google.rpc.Status.
const StatusDetails = "grpc-status-details-bin"

// trailers filters the header lines of gRPC-web. Names are in lower case there; others are taken, too.
func (s *Stream) trailers(block []byte) ([]byte, error) {
	var out []byte
	changed := false
	for rest := block; len(rest) > 0; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		rest = after
		if found {
			line = bytes.TrimSuffix(line, []byte("\r"))
		}
		if len(line) == 0 && len(rest) == 0 {
			break // some servers end the block as HTTP/1.1 does
		}
		name, value, ok := cutLine(line)
		if !ok {
			return nil, &Error{Malformed, s.begin}
		}
		now, keep := s.trailer(name, value)
		changed = changed || !keep || now != value
		if keep {
			out = append(out, name+": "+now+"\r\n"...)
		}
	}
	if !changed {
		return block, nil
	}
	return out, nil
}

// cutLine takes a field line (RFC 9110 section 5), which is not folded.
func cutLine(line []byte) (name, value string, ok bool) {
	name, value, ok = strings.Cut(string(line), ":")
	return name, strings.Trim(value, " \t"), ok && isToken(name) && !strings.ContainsAny(value, "\r\x00")
}

func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return name != ""
}

// trailer asks about one trailer. A value that would end its line is taken for none.
func (s *Stream) trailer(name, value string) (now string, keep bool) {
	if strings.EqualFold(name, StatusDetails) {
		return "", false
	}
	if s.options.Trailer == nil {
		return value, true
	}
	now, keep = s.options.Trailer(name, value)
	return now, keep && !strings.ContainsAny(now, "\r\n\x00")
}

// endOfStream filters the JSON that ends a Connect stream: {"error": …, "metadata": {name: [values]}}. It is always written
// anew, so that a name which stands twice, or in another case, leaves nothing unread.
func (s *Stream) endOfStream(text []byte) ([]byte, error) {
	var end map[string]json.RawMessage
	if json.Unmarshal(text, &end) != nil || end == nil {
		return nil, &Error{Malformed, s.begin}
	}
	for name, value := range end {
		var now []byte
		var err error
		switch {
		case strings.EqualFold(name, "error"):
			now, err = WithoutDetails(value)
		case strings.EqualFold(name, "metadata"):
			now, err = s.metadata(value)
		default:
			delete(end, name) // the protocol knows no other
			continue
		}
		if err != nil {
			return nil, &Error{Malformed, s.begin}
		}
		end[name] = now
	}
	return json.Marshal(end)
}

func (s *Stream) metadata(text []byte) ([]byte, error) {
	var all map[string][]string
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	for name, values := range all {
		kept := values[:0]
		for _, value := range values {
			if now, keep := s.trailer(name, value); keep {
				kept = append(kept, now)
			}
		}
		if all[name] = kept; len(kept) == 0 {
			delete(all, name)
		}
	}
	return json.Marshal(all)
}

// WithoutDetails takes "details" out of an error of Connect: {"code": …, "message": …, "details": […]}. Such is the body of
// a unary error. Beside null, what is no object is an error.
func WithoutDetails(text []byte) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, &Error{}
	}
	for name := range members {
		if !strings.EqualFold(name, "code") && !strings.EqualFold(name, "message") {
			delete(members, name)
		}
	}
	return json.Marshal(members)
}
