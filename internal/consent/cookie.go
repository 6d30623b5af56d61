package consent

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/privet-gateway/privet/internal/jar"
)

// setCookies writes our own cookie, and deletes those that the browser sent and the new decision does not keep, whatever
// Domain and Path they have. Each has a field line of its own. page is the path of the page on which the choice was made.
func (x *Exchange) setCookies(h http.Header, o Outcome, page string) {
	scheme, host, _ := strings.Cut(x.Origin, "://")
	site := jar.Site{Host: host, Path: page, Secure: scheme == "https"}
	life := int(x.Policy.Consent().RenewAfter / time.Second)
	name, value, _ := strings.Cut(o.Cookie, "=")
	if value == "" {
		life = 0
	}
	if isName(name) {
		own := o.Cookie + "; Max-Age=" + strconv.Itoa(life) + "; Path=/; SameSite=Lax"
		if site.Secure {
			own += "; Secure"
		}
		h.Add("Set-Cookie", own+"; HttpOnly")
	}
	if o.Ages != "" {
		h.Add("Set-Cookie", o.Ages)
	}
	for _, line := range site.Deletions(o.Dropped, jar.AfterChoice()) {
		h.Add("Set-Cookie", line)
	}
}

// pageOf is the path of the page that a request came from, by its Referer; "" where that does not tell, or tells of another
// site.
func (x *Exchange) pageOf(r *http.Request) string {
	u, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || u.Scheme+"://"+u.Host != x.Origin {
		return ""
	}
	return u.EscapedPath()
}

// isName says that a name, which the browser sent and may be anything, can be sent back without becoming attributes.
func isName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == ';' || c == '=' || c == ',' {
			return false
		}
	}
	return name != ""
}
