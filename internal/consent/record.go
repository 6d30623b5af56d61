package consent

import (
	"fmt"
	"net/http"
	"strings"
)

// serveConsent answers the `consent` path: GET tells the state, POST makes a choice, DELETE withdraws, DELETE with
// `?forget` returns to silence.
func serveConsent(w http.ResponseWriter, r *http.Request, x *Exchange) error {
	personal(w.Header())
	if !x.complete() {
		return unrecorded(w, errExchange)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return writeState(w, stateOf(x.Policy, x.Decision))
	case http.MethodPost, http.MethodDelete:
	default:
		return notAllowed(w, "GET, HEAD, POST, DELETE")
	}
	if foreign(r.Header, x.Origin) {
		return refuse(w, &problem{status: http.StatusForbidden, detail: "a choice is made on the site itself, not from another one"})
	}
	if r.Method == http.MethodDelete {
		return withdraw(w, r, x)
	}
	return choose(w, r, x)
}

// choose is POST.
func choose(w http.ResponseWriter, r *http.Request, x *Exchange) error {
	f, p := readForm(w, r)
	if p != nil {
		return refuse(w, p)
	}
	change, p := f.resolve(x)
	if p != nil {
		return refuse(w, p)
	}
	page := x.pageOf(r)
	if len(f.back) > 0 {
		page, _, _ = strings.Cut(f.target(), "?")
	}
	outcome, err := x.record(w, change, page)
	if err != nil {
		return err
	}
	if f.json || prefersJSON(r.Header["Accept"]) {
		return writeState(w, stateOf(x.Policy, outcome.Decision))
	}
	w.Header().Set("Location", f.target())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// withdraw is DELETE.
func withdraw(w http.ResponseWriter, r *http.Request, x *Exchange) error {
	change := Change{Forget: true}
	if !r.URL.Query().Has("forget") {
		change = withdrawal(x)
	}
	if _, err := x.record(w, change, x.pageOf(r)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// record makes the change and sets its cookies, or answers that it could not.
func (x *Exchange) record(w http.ResponseWriter, c Change, page string) (Outcome, error) {
	outcome, err := x.Choose(c)
	if err == nil && outcome.Decision == nil {
		err = errExchange
	}
	if err != nil {
		return Outcome{}, unrecorded(w, err)
	}
	x.setCookies(w.Header(), outcome, page)
	return outcome, nil
}

// unrecorded answers 500 and keeps the reason for the log.
func unrecorded(w http.ResponseWriter, err error) error {
	_ = refuse(w, &problem{status: http.StatusInternalServerError, detail: "the choice could not be recorded; what was chosen before still holds"})
	return fmt.Errorf("recording a choice: %w", err)
}

func writeState(w http.ResponseWriter, s state) error {
	return writeJSON(w, http.StatusOK, "application/json", s)
}
