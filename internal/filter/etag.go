package filter

import (
	"net/http"
	"strings"
)

// tagMark stands in an entity tag between the upstream's opaque tag and what makes it a variant's.
const tagMark = "-privet."

// variantTag makes an entity tag (RFC 9110 8.8.3) that of a variant: W/"opaque-privet.s.variant", or w where the upstream's
// was weak. It is weak because coding and white space are no part of what a variant promises. ok is false where the tag
// is malformed.
func variantTag(tag, variant string) (_ string, ok bool) {
	opaque, strength, rest, ok := cutTag(tag)
	if !ok || rest != "" || !isVariant(variant) {
		return "", false
	}
	return `W/"` + opaque + tagMark + strength + "." + variant + `"`, true
}

// upstreamTag turns a variant's tag back; ours is false for a tag that is no variant's.
func upstreamTag(tag string) (upstream, variant string, ours bool) {
	opaque, strength, rest, ok := cutTag(tag)
	at := strings.LastIndex(opaque, tagMark)
	if !ok || rest != "" || strength != "w" || at < 0 {
		return "", "", false
	}
	strength, variant, ok = strings.Cut(opaque[at+len(tagMark):], ".")
	if !ok || !isVariant(variant) {
		return "", "", false
	}
	switch strength {
	case "w":
		return `W/"` + opaque[:at] + `"`, variant, true
	case "s":
		return `"` + opaque[:at] + `"`, variant, true
	default:
		return "", "", false
	}
}

// isVariant wants letters, digits, "_" and "~", so that a tag can be turned back in one way only.
func isVariant(variant string) bool {
	for i := range len(variant) {
		if c := variant[i]; !isLetter(c) && !isDigit(c) && c != '_' && c != '~' {
			return false
		}
	}
	return variant != ""
}

// cutTag takes one entity tag off a text: its opaque tag without quotes, and "w" or "s" for weak or strong.
func cutTag(text string) (opaque, strength, rest string, ok bool) {
	strength = "s"
	text, weak := strings.CutPrefix(text, "W/")
	if weak {
		strength = "w"
	}
	text, ok = strings.CutPrefix(text, `"`)
	if !ok {
		return "", "", "", false
	}
	opaque, rest, ok = strings.Cut(text, `"`)
	for i := range len(opaque) {
		if opaque[i] <= ' ' || opaque[i] == 0x7f {
			return "", "", "", false
		}
	}
	return opaque, strength, rest, ok
}

// tagList reads the list of If-Match and If-None-Match; ok is false where it is none.
func tagList(lines []string) (tags []string, ok bool) {
	text := strings.Join(lines, ",")
	for {
		text = strings.TrimLeft(text, " \t,")
		if text == "" {
			return tags, len(tags) > 0
		}
		_, _, rest, ok := cutTag(text)
		if !ok || rest != "" && strings.IndexByte(" \t,", rest[0]) < 0 {
			return nil, false
		}
		tags = append(tags, text[:len(text)-len(rest)])
		text = strings.TrimLeft(rest, " \t")
		if text != "" && text[0] != ',' {
			return nil, false
		}
	}
}

// Validation is what the validators of a request are judged by.
type Validation struct {
	Method   string // GET and HEAD ask for a copy, the others guard a change
	Variant  string // as in VariantSpec: the variant that this person gets
	Page     string // the same of a page; "" where it is no other
	Filtered bool   // the body of the answer is filtered
	Maybe    bool   // it may be: it stays whole or partial as it was asked for, but no date confirms a copy
	// Untouched says that it is not, whatever the policy: the upstream's own tags and dates confirm copies.
	Untouched bool
	Unchanged func(tag string) bool // the upstream's tag is of a body that no rule changes; nil for none
}

// RequestValidators makes the preconditions of a request (RFC 9110 13) true for the upstream. No copy of another variant,
// nor one of before there were any, may be confirmed by a 304, nor be completed by a range of this one. A precondition
// that guards a change is never dropped: the change would happen unguarded. Where it cannot be turned back, it fails.
//
// It gives the variant that a 304 will confirm, or "".
func RequestValidators(h http.Header, v Validation) (confirmed string) {
	reading := v.Method == http.MethodGet || v.Method == http.MethodHead
	turnBack(h, "If-Match")
	if !reading {
		turnBack(h, "If-None-Match")
		return ""
	}
	confirmed = validateCopy(h, v)
	if !v.Filtered {
		if v.Maybe && !v.Untouched && len(h["If-None-Match"]) == 0 {
			h.Del("If-Modified-Since")
		}
		validateRange(h, v)
		return confirmed
	}
	for _, name := range []string{"If-Modified-Since", "If-Range", "Range"} {
		h.Del(name)
	}
	return confirmed
}

// validateCopy leaves in If-None-Match only what is of this variant. A date would speak in its place then, and knows no
// variants.
func validateCopy(h http.Header, v Validation) (confirmed string) {
	lines := h["If-None-Match"]
	if len(lines) == 0 {
		return ""
	}
	tags, _ := tagList(lines)
	var own []string
	for _, tag := range tags {
		upstream, variant, ours := upstreamTag(tag)
		switch {
		case ours && (variant == v.Variant || variant == v.Page):
			own, confirmed = append(own, upstream), variant
		case !ours && (v.Untouched || v.Unchanged != nil && v.Unchanged(tag)):
			own = append(own, tag)
		}
	}
	if len(own) == 0 {
		h.Del("If-None-Match")
		h.Del("If-Modified-Since")
		return ""
	}
	h["If-None-Match"] = []string{strings.Join(own, ", ")}
	return confirmed
}

// validateRange turns the tag of If-Range back, or asks for the whole where it is another variant's.
func validateRange(h http.Header, v Validation) {
	lines := h["If-Range"]
	if len(lines) != 1 {
		return
	}
	upstream, variant, ours := upstreamTag(lines[0])
	switch {
	case ours && (variant == v.Variant || variant == v.Page):
		h["If-Range"] = []string{upstream}
	case ours:
		h.Del("If-Range")
		h.Del("Range")
	}
}

// turnBack turns variants' tags in a list back; "*", foreign tags and what is no list stay.
func turnBack(h http.Header, name string) {
	tags, ok := tagList(h[name])
	if !ok {
		return
	}
	changed := false
	for i, tag := range tags {
		if upstream, _, ours := upstreamTag(tag); ours {
			tags[i], changed = upstream, true
		}
	}
	if changed {
		h[name] = []string{strings.Join(tags, ", ")}
	}
}
