package csp

import (
	"encoding/json"
	"errors"
	"mime"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Violation is what is kept of a report: whom a page wanted to contact, and for what. Where on the page, and which
// address exactly, is not read: both may tell of the person who looked at it.
type Violation struct {
	Host      string // a name in lower case, or an address
	Directive string // of Directives
}

// maxReports is how many reports of one request are read; browsers send them in small batches.
const maxReports = 20

// maxName is how long a host's name may be (RFC 1035 3.1).
const maxName = 253

// Directives are those that a violation may be of (CSP3 6.1), in order; the last stands for all others.
func Directives() []string {
	return []string{
		"child-src", "connect-src", "default-src", "font-src", "frame-src", "img-src", "manifest-src", "media-src", "object-src",
		"prefetch-src", "script-src", "script-src-elem", "style-src", "style-src-elem", "worker-src", otherDirective,
	}
}

const otherDirective = "other"

var (
	// ErrType means that a body is of no type that reports come in.
	ErrType = errors.New("reports are application/csp-report or application/reports+json")
	// ErrReport means that a body is not what its type says.
	ErrReport = errors.New("the report cannot be read")
)

// ReadReports reads what a browser sends to an end point: one violation (CSP3 5.3, application/csp-report), or a list of
// reports of any kind (Reporting API 3.3, application/reports+json), of which the first 20 are read. Reports of other
// kinds, and of what is on no host, are left out.
func ReadReports(contentType string, body []byte) ([]Violation, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, ErrType
	}
	switch kind {
	case "application/csp-report":
		return readViolation(body)
	case "application/reports+json":
		return readBatch(body)
	default:
		return nil, ErrType
	}
}

func readViolation(body []byte) ([]Violation, error) {
	var report struct {
		Violation *struct {
			Blocked   string `json:"blocked-uri"`
			Effective string `json:"effective-directive"`
			Violated  string `json:"violated-directive"`
		} `json:"csp-report"`
	}
	if err := json.Unmarshal(body, &report); err != nil || report.Violation == nil {
		return nil, ErrReport // the decoder's error may quote the report
	}
	directive := report.Violation.Effective
	if directive == "" {
		directive, _, _ = strings.Cut(report.Violation.Violated, " ")
	}
	return violationOf(nil, report.Violation.Blocked, directive), nil
}

func readBatch(body []byte) (out []Violation, err error) {
	var reports []struct {
		Type string `json:"type"`
		Body struct {
			Blocked   string `json:"blockedURL"`
			Effective string `json:"effectiveDirective"`
		} `json:"body"`
	}
	if err := json.Unmarshal(body, &reports); err != nil {
		return nil, ErrReport
	}
	for _, r := range reports[:min(len(reports), maxReports)] {
		if r.Type == "csp-violation" {
			out = violationOf(out, r.Body.Blocked, r.Body.Effective)
		}
	}
	return out, nil
}

// violationOf appends a violation, where it was somebody's.
func violationOf(dst []Violation, blocked, directive string) []Violation {
	u, err := url.Parse(blocked)
	if err != nil || !slices.Contains([]string{"http", "https", "ws", "wss"}, strings.ToLower(u.Scheme)) {
		return dst // "inline", "eval", "data" and the like are nobody's
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if !isHost(host) {
		return dst
	}
	if !slices.Contains(Directives(), directive) {
		directive = otherDirective
	}
	return append(dst, Violation{host, directive})
}

// isHost takes addresses and names, which may have underscores as no source may.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return !strings.Contains(host, "%")
	}
	return len(host) <= maxName && isName(strings.ReplaceAll(host, "_", "-"))
}
