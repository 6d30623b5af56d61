package caddymodule

import (
	"encoding/json"
	"net/http"
)

// problem is a local answer as RFC 9457 shapes it. It never holds a value of the exchange.
type problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail,omitempty"`
	Recipient string   `json:"recipient,omitempty"`
	Laws      []string `json:"laws,omitempty"`
	Rule      string   `json:"rule,omitempty"` // file:line:column of the line that decided

	cause string // for metrics, from a closed set
	reply string // what is answered instead of the problem: the JSON of another protocol; may be ""
}

// blockedBy names the one who blocks (RFC 7725 section 4): this gateway, not the law's author.
const blockedBy = `</.privacy/>; rel="blocked-by"`

func newProblem(status int, cause, title, detail string) *problem {
	return &problem{Type: "urn:privet:problem:" + cause, Title: title, Status: status, Detail: detail, cause: cause}
}

// headerLine is one line of a header, its name as it is spelt there.
type headerLine struct{ name, value string }

// linesOf appends the lines of a header.
func linesOf(dst []headerLine, h http.Header) []headerLine {
	for name, values := range h {
		for _, value := range values {
			dst = append(dst, headerLine{name, value})
		}
	}
	return dst
}

// write answers with the problem alone: whatever an upstream or an inner handler has put into the header goes, what
// stood there before us stays.
func (p *problem) write(w http.ResponseWriter, before []headerLine) {
	header := w.Header()
	clear(header)
	for _, line := range before {
		header[line.name] = append(header[line.name], line.value)
	}
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if p.Status == http.StatusUnavailableForLegalReasons {
		header.Add("Link", blockedBy)
	}
	body, err := json.Marshal(p)
	if p.reply != "" {
		header.Set("Content-Type", "application/json")
		body = []byte(p.reply)
	} else if err != nil {
		body = nil // a struct of strings always marshals; the status stands either way
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // the client may have gone
}
