package filter

import (
	"net/http"

	"github.com/privet-gateway/privet/internal/grpc"
)

// heldStatus is how large the error of a unary call may be.
const heldStatus = 1 << 20

// Status leaves the details out of a response that is the error of a unary Connect call: {"code", "message", "details"}.
// The details quote the request field by field, in types that no label knows. The zero value is ready.
type Status struct{ held []byte }

// Feed takes the next bytes; nothing goes out before Close. An error is a *Refusal.
func (s *Status) Feed(p []byte) ([]byte, error) {
	if len(s.held)+len(p) > heldStatus {
		return nil, &Refusal{Status: http.StatusBadGateway, Code: "limit", Detail: "the error of a call is too large to hold"}
	}
	s.held = append(s.held, p...)
	return nil, nil
}

// Close gives the error without its details. An error is a *Refusal.
func (s *Status) Close() ([]byte, error) {
	if len(s.held) == 0 {
		return nil, nil
	}
	out, err := grpc.WithoutDetails(s.held)
	if err != nil {
		return nil, &Refusal{Status: http.StatusBadGateway, Code: "malformed", Detail: "the error of a call is not what Connect makes it", Err: err}
	}
	return out, nil
}

// Release implements what bodies have in common.
func (s *Status) Release() { s.held = nil }
