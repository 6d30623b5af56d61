package filter

import (
	"net/http"
	"testing"
)

func TestScriptPolicyOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lines []string
		want  ScriptPolicy
	}{
		{nil, ScriptPolicy{}},
		{[]string{"img-src 'self'; upgrade-insecure-requests"}, ScriptPolicy{}},
		{[]string{"script-src 'self' 'unsafe-inline'"}, ScriptPolicy{}},
		{[]string{"script-src 'self'"}, ScriptPolicy{NoHandlers: true}},
		{[]string{"default-src 'self'"}, ScriptPolicy{NoHandlers: true}},
		{[]string{"default-src 'self'; script-src * 'unsafe-inline'"}, ScriptPolicy{}},
		{[]string{"Script-Src 'NONCE-aB1' 'unsafe-inline'"}, ScriptPolicy{Nonce: "aB1", NoHandlers: true}},
		{[]string{"script-src 'unsafe-inline' 'sha256-x'"}, ScriptPolicy{NoHandlers: true}},
		{[]string{"script-src 'nonce-a'; script-src-attr 'unsafe-inline'"}, ScriptPolicy{Nonce: "a"}},
		{[]string{"script-src 'nonce-a'; script-src-elem 'nonce-b'"}, ScriptPolicy{Nonce: "b", NoHandlers: true}},
		{[]string{"script-src 'nonce-a'; script-src 'nonce-b'"}, ScriptPolicy{Nonce: "a", NoHandlers: true}},
		{[]string{"img-src *, script-src 'nonce-a'"}, ScriptPolicy{Nonce: "a", NoHandlers: true}},
		{[]string{"img-src *", "default-src 'none'"}, ScriptPolicy{NoHandlers: true}},
	} {
		if got := ScriptPolicyOf(http.Header{"Content-Security-Policy": c.lines}); got != c.want {
			t.Errorf("%q gives %+v, want %+v", c.lines, got, c.want)
		}
	}
}
