package filter

import "bytes"

// skim is how many bytes at the beginning of a piece of markup are text, end tags and start tags that no rule can act on,
// as nearly all of a page is. It takes only what is written in the plainest way, and leaves everything else, and what is
// not whole, to the tokenizer: it may stop early, and must not go too far.
func (j *judgement) skim(buf []byte) int {
	at := 0
	for {
		n := bytes.IndexByte(buf[at:], '<')
		if n < 0 {
			return len(buf)
		}
		at += n
		end := j.skimTag(buf[at:])
		if end == 0 {
			return at
		}
		at += end
	}
}

// skimTag is the length of an ordinary tag, 0 where it is none.
func (j *judgement) skimTag(tag []byte) int {
	if len(tag) < 3 {
		return 0
	}
	start := 1
	if tag[1] == '/' {
		start = 2
	}
	end := start
	for end < len(tag) && (tag[end]-'a' < 26 || tag[end]-'0' < 10 && end > start) {
		end++
	}
	if end == len(tag) || end == start {
		return 0
	}
	if start == 2 {
		if tag[end] != '>' {
			return 0
		}
		return end + 1 // whatever it ends: of what matters, the beginning is waited for
	}
	if !isOrdinary(tag[start:end]) {
		return 0
	}
	for tag[end] == ' ' {
		if end = j.skimAttribute(tag, end+1); end == 0 || end == len(tag) {
			return 0
		}
	}
	if tag[end] == '/' && end+1 < len(tag) {
		end++
	}
	if tag[end] != '>' {
		return 0
	}
	return end + 1
}

// skimAttribute is where an ordinary attribute ends that begins at a place, 0 where it is none.
func (j *judgement) skimAttribute(tag []byte, at int) int {
	end := at
	for end < len(tag) && (tag[end]-'a' < 26 || tag[end] == '-') {
		end++
	}
	if end+1 >= len(tag) || end == at {
		return 0
	}
	if tag[end] != '=' || tag[end+1] != '"' {
		return 0
	}
	value := tag[end+2:]
	length := bytes.IndexByte(value, '"')
	if length < 0 || !j.isHarmless(tag[at:end], value[:length]) {
		return 0
	}
	return end + 2 + length + 1
}

// isOrdinary knows the elements of which only the attributes matter.
func isOrdinary(name []byte) bool {
	switch string(name) {
	case "a", "p", "div", "span", "li", "ul", "ol", "br", "b", "i", "em", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "td", "tr", "th", "table",
		"tbody", "thead", "article", "section", "header", "footer", "nav", "main", "aside", "figure", "figcaption", "time", "label", "button",
		"input", "form", "option", "select", "small", "sup", "sub", "dl", "dt", "dd", "hr", "code", "pre", "cite", "picture", "img",
		"u", "s":
		return true
	default:
		return false
	}
}

// isHarmless knows attributes by which nothing is fetched and no script runs.
func (j *judgement) isHarmless(name, value []byte) bool {
	switch string(name) {
	case "class", "id", "alt", "title", "width", "height", "rel", "target", "role", "type", "name", "lang", "dir", "loading", "itemprop", "itemscope",
		"itemtype", "datetime", "value", "placeholder", "for", "tabindex", "colspan", "rowspan", "align", "valign", "border", "decoding", "sizes":
		return true
	case "src":
		return j.isFree(value)
	case "href":
		// Behind white space or a reference there may be a script yet.
		return len(value) == 0 || value[0] > ' ' && value[0]|0x20 != 'j' && value[0] != '&'
	}
	if bytes.HasPrefix(name, []byte("aria-")) {
		return true
	}
	// A URL that a script may load begins with its scheme or its host.
	return bytes.HasPrefix(name, []byte("data-")) && len(name) > 5 &&
		(len(value) == 0 || value[0] > ' ' && value[0]|0x20 != 'h' && value[0] != '/' && value[0] != '&')
}
