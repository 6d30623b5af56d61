package caddymodule

import (
	"errors"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/filter"
)

// A filter that panics may quote the body it choked on; neither the error nor the local answer says any of it.
func TestGuardedForgetsWhatAPanicSays(t *testing.T) {
	t.Parallel()
	const value = "ada@post.example"
	out, err := guarded(func(p []byte) ([]byte, error) { panic("cannot read " + string(p)) }, []byte(value))
	if out != nil || !errors.Is(err, errFault) {
		t.Errorf("guarded gives %d bytes and %v", len(out), err)
	}
	var refusal *filter.Refusal
	if errors.As(err, &refusal) || strings.Contains(err.Error(), value) {
		t.Errorf("the error is %v", err)
	}
}
