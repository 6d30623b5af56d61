package blocklist

import "strings"

// Type is what a request is for. A request has one of them, a rule may have several.
type Type uint16

// The types. Zero is taken for Other.
const (
	Other Type = 1 << iota
	Script
	Image
	Stylesheet
	Object
	XHR // fetch, XMLHttpRequest, EventSource
	Subdocument
	Ping // ping, sendBeacon, reports
	WebSocket
	Media
	Font
	Document // the page itself
	Popup    // a page in a window that another page opened
)

const (
	usual = Document - 1 // what a rule that names no type is for
	every = Popup<<1 - 1
)

// typeOf knows the names of types in Adblock Plus, uBlock Origin and AdGuard.
func typeOf(name string) (t Type, ok bool) {
	switch name {
	case "other", "xbl", "dtd":
		t = Other
	case "script":
		t = Script
	case "image", "img", "background":
		t = Image
	case "stylesheet", "css":
		t = Stylesheet
	case "object", "object-subrequest":
		t = Object
	case "xmlhttprequest", "xhr", "fetch":
		t = XHR
	case "subdocument", "frame", "sub_frame":
		t = Subdocument
	case "ping", "beacon":
		t = Ping
	case "websocket":
		t = WebSocket
	case "media":
		t = Media
	case "font":
		t = Font
	case "document", "doc", "main_frame":
		t = Document
	case "popup":
		t = Popup
	case "all":
		t = every
	}
	return t, t != 0
}

// isCosmeticOption knows options of exceptions that concern elements and scripts of a page, not its requests.
func isCosmeticOption(name string) bool {
	switch name {
	case "elemhide", "ehide", "generichide", "ghide", "specifichide", "shide", "jsinject", "content":
		return true
	}
	return false
}

// isForeign knows options that are not supported. It tells them from dollar signs of patterns.
func isForeign(name string) bool {
	switch name {
	case "app", "client", "cname", "cookie", "csp", "ctag", "dnsrewrite", "dnstype", "extension", "genericblock", "header", "hls",
		"ipaddress", "jsonprune", "method", "network", "permissions", "popunder", "reason", "redirect-rule", "referrerpolicy",
		"removeheader", "replace", "requestheader", "responseheader", "sitekey", "stealth", "trustedsource", "uritransform", "urlblock",
		"urlskip", "urltransform", "webrtc", "xmlprune", "inline-script", "inline-font":
		return true
	}
	return false
}

// option is one of those behind the dollar sign.
type option struct {
	name, value     string
	negated, valued bool
}

// nextOption cuts an option off. A comma ends it that no backslash escapes and that is in no regular expression.
func nextOption(text string) (o option, rest string) {
	end := strings.IndexAny(text, ",=")
	if end >= 0 && text[end] == '=' {
		o.valued = true
		start := end + 1
		end = start + endOfValue(text[start:])
		o.value = text[start:end]
		o.name = text[:start-1]
	} else {
		if end < 0 {
			end = len(text)
		}
		o.name = text[:end]
	}
	if end < len(text) {
		rest = text[end+1:]
	}
	o.name, o.negated = strings.CutPrefix(strings.ToLower(strings.TrimSpace(o.name)), "~")
	return o, rest
}

func endOfValue(text string) int {
	i := 0
	if strings.HasPrefix(text, "/") {
		if end := endOfExpression(text); end > 0 {
			i = end
		}
	}
	for ; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ',':
			return i
		}
	}
	return len(text)
}

// endOfExpression is where the slash that closes a regular expression stands, or 0.
func endOfExpression(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '/':
			return i
		}
	}
	return 0
}

// splitOptions finds the dollar sign behind which options stand: the last one that a known name follows, or else the last
// one that something like a name follows. Others belong to the pattern.
func splitOptions(line string) (pattern, options string) {
	likely := -1
	for end := len(line); ; {
		i := strings.LastIndexByte(line[:end], '$')
		if i < 0 {
			break
		}
		o, _ := nextOption(line[i+1:])
		if isOption(o.name) {
			return line[:i], line[i+1:]
		}
		if likely < 0 && isName(o.name) {
			likely = i
		}
		end = i
	}
	if likely >= 0 {
		return line[:likely], line[likely+1:]
	}
	return line, ""
}

func isOption(name string) bool {
	if _, ok := typeOf(name); ok || isCosmeticOption(name) || isForeign(name) {
		return true
	}
	return name != "" && (&draft{}).set(option{name: name}) != name
}

func isName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return name != ""
}
