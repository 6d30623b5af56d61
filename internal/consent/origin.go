package consent

import (
	"net/http"
	"strings"
)

// foreign says that a request was sent by a page of another origin (Fetch Metadata, "Sec-Fetch-Site"; RFC 6454 section
// 7). Clients that send neither field are no browsers in which a foreign page could act.
//
// A page whose Referrer-Policy is no-referrer sends `Origin: null` even to itself (Fetch, "append a request Origin
// header"). The browser's own word that the page is ours is then enough; an opaque origin, which is the other null, is
// never same-origin.
func foreign(h http.Header, own string) bool {
	sites := h["Sec-Fetch-Site"]
	for _, site := range sites {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	for _, origin := range h["Origin"] {
		if origin == "null" && len(sites) == 1 && sites[0] == "same-origin" {
			continue
		}
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

// Foreign says that a request was sent by a page of another origin than the site's own, by what browsers tell of it.
func Foreign(h http.Header, own string) bool { return foreign(h, own) }
