package consent

import (
	"net/http"
	"strings"
)

// foreign says that a request was sent by a page of another origin (Fetch Metadata, "Sec-Fetch-Site"; RFC 6454 section
// 7). Clients that send neither field are no browsers in which a foreign page could act.
func foreign(h http.Header, own string) bool {
	for _, site := range h["Sec-Fetch-Site"] {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	for _, origin := range h["Origin"] {
		if own == "" || !strings.EqualFold(withoutDefaultPort(origin), withoutDefaultPort(own)) {
			return true
		}
	}
	return false
}

// withoutDefaultPort makes "https://host:443" the "https://host" that browsers write.
func withoutDefaultPort(origin string) string {
	scheme, _, _ := strings.Cut(origin, ":")
	switch {
	case strings.EqualFold(scheme, "https"):
		return strings.TrimSuffix(origin, ":443")
	case strings.EqualFold(scheme, "http"):
		return strings.TrimSuffix(origin, ":80")
	default:
		return origin
	}
}
