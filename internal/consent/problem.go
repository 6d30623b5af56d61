package consent

import "net/http"

// problem is a refusal as RFC 9457 tells it. It never quotes the request.
type problem struct {
	status int
	detail string
	field  string // the field of the form that is at fault, by our own name for it
}

func refuse(w http.ResponseWriter, p *problem) error {
	return writeJSON(w, p.status, "application/problem+json", struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Field  string `json:"field,omitempty"`
	}{"about:blank", http.StatusText(p.status), p.status, p.detail, p.field})
}
