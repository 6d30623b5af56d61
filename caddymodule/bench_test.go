package caddymodule

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

const benchedPolicy = `
purposes:
  service: {basis: contract, default: true}
categories:
  phone_number: {otherwise: {mask: {keep_last: 2}}}
endpoints:
  GET /people/{id}: {response: {$.phone: phone_number}}
`

// benchedHandler is a provisioned handler without a server around it.
func benchedHandler(tb testing.TB) *Handler {
	tb.Helper()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(benchedPolicy)})
	if policy == nil {
		tb.Fatal(problems)
	}
	tokens, err := filter.NewPseudonyms([]filter.Key{{Secret: []byte("0123456789abcdef")}})
	if err != nil {
		tb.Fatal(err)
	}
	app := &App{Mode: Enforce, log: zap.NewNop(), tokens: tokens}
	if app.metrics, err = registerMetrics(prometheus.NewRegistry()); err != nil {
		tb.Fatal(err)
	}
	if app.locator, err = (Country{}).locator(); err != nil {
		tb.Fatal(err)
	}
	e, err := newEngine(policy, tokens, nil)
	if err != nil {
		tb.Fatal(err)
	}
	app.engine.Store(e)
	return &Handler{app: app, log: app.log}
}

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkServeHTTP is what the directive adds to a request beside the filtering of its body.
func BenchmarkServeHTTP(b *testing.B) {
	handler := benchedHandler(b)
	body := []byte(`{"id":1,"phone":"+4930231250"}`)
	next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		h := w.Header()
		h["Content-Type"] = []string{"application/json"}
		h["Etag"] = []string{`"abc"`}
		h["Date"] = []string{"Mon, 23 Nov 2026 08:00:00 GMT"}
		w.WriteHeader(http.StatusOK)
		_, err := w.Write(body)
		return err
	})
	for _, path := range []string{"/free", "/people/1"} {
		b.Run(path[1:], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
				ctx := context.WithValue(r.Context(), caddy.ReplacerCtxKey, caddy.NewEmptyReplacer())
				ctx = context.WithValue(ctx, caddyhttp.VarsCtxKey, map[string]any{caddyhttp.ClientIPVarKey: "5.9.0.1"})
				if err := handler.ServeHTTP(&discard{http.Header{}}, r.WithContext(ctx), next); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
