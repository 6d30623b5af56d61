package consent

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// setCookies writes our own cookie, and expires those that the browser sent and the new decision does not keep. Each has
// a field line of its own. Those of another Domain or Path stay, unsent to the upstream.
func (x *Exchange) setCookies(h http.Header, o Outcome) {
	attributes := "; Path=/; SameSite=Lax"
	if strings.HasPrefix(x.Origin, "https://") {
		attributes += "; Secure"
	}
	life := int(x.Policy.Consent().RenewAfter / time.Second)
	name, value, _ := strings.Cut(o.Cookie, "=")
	if value == "" {
		life = 0
	}
	if isName(name) {
		h.Add("Set-Cookie", o.Cookie+"; Max-Age="+strconv.Itoa(life)+attributes+"; HttpOnly")
	}
	for _, dropped := range o.Dropped {
		if dropped == name || !isName(dropped) {
			continue
		}
		line := dropped + "=; Max-Age=0" + attributes
		if strings.HasPrefix(dropped, "__") && !strings.HasSuffix(line, "; Secure") {
			line += "; Secure" // a browser takes nothing else for __Host- and __Secure- (RFC 6265bis 4.1.3)
		}
		h.Add("Set-Cookie", line)
	}
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
