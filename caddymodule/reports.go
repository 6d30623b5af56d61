package caddymodule

import (
	"errors"
	"io"
	"net/http"

	"github.com/privet-gateway/privet/internal/consent"
	"github.com/privet-gateway/privet/internal/csp"
	"github.com/privet-gateway/privet/internal/guard"
)

// maxReport is how long a browser's report may be.
const maxReport = 16 << 10

// takeReport counts what a browser reports that our policy stopped. Nothing of it goes further.
func (x *exchange) takeReport(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return x.answer(w, newProblem(http.StatusMethodNotAllowed, "report", "This path takes reports", ""))
	}
	if consent.Foreign(r.Header, origin(r)) {
		return x.answer(w, newProblem(http.StatusForbidden, "report", "The report is of another site", ""))
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReport))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok && tooLarge != nil {
		return x.answer(w, newProblem(http.StatusRequestEntityTooLarge, "report", "The report is too large", ""))
	}
	if err != nil {
		return x.answer(w, newProblem(http.StatusBadRequest, "report", "The report cannot be read", ""))
	}
	violations, err := csp.ReadReports(r.Header.Get("Content-Type"), body)
	switch {
	case errors.Is(err, csp.ErrType):
		return x.answer(w, newProblem(http.StatusUnsupportedMediaType, "report", "The report is of no known type", err.Error()))
	case err != nil:
		return x.answer(w, newProblem(http.StatusBadRequest, "report", "The report cannot be read", ""))
	}
	for _, v := range violations {
		if v.Host == guard.Nowhere {
			continue // what the guard held back already
		}
		x.app.metrics.undeclared.WithLabelValues(v.Directive).Inc()
		x.app.parties.count(siteOf(r.Host), v, x.now)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
