package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
)

// ours is in every piece of markup that the gateway adds to a page.
const ours = "/.privacy/"

// guardTags are the elements by which a page gets its guard.
var guardTags = regexp.MustCompile(`(?:<script src="(?://[^/"]*)?/\.privacy/assets/(?:guard|second|rules|hosts)\.[^>]*></script>)+`)

// withoutGuard is an answer without its guard, which stands in a page at most once.
func withoutGuard(answer []byte) (text []byte, guarded bool) {
	at := guardTags.FindIndex(answer)
	if at == nil {
		return answer, false
	}
	return slices.Concat(answer[:at[0]], answer[at[1]:]), true
}

// inserted finds what the gateway added to a page that it did not change otherwise: the answer is the source with one
// piece of the gateway's own in it, or the source itself.
func inserted(source, answer []byte) (piece []byte, same bool) {
	more := len(answer) - len(source)
	if more < 0 {
		return nil, false
	}
	at := common(source, answer)
	if more == 0 {
		return nil, at == len(source)
	}
	piece = answer[at : at+more]
	// Where the page goes on as the piece begins, the piece is found some bytes too late, and turned by as many: what it
	// must hold is looked for with what stands around it.
	around := answer[max(0, at-len(ours)):min(len(answer), at+more+len(ours))]
	return piece, bytes.Equal(source[at:], answer[at+more:]) && bytes.Contains(around, []byte(ours))
}

// common is how many bytes two texts begin with.
func common(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// difference shows where an answer parts from the source for the first time, leaving out the first piece of the
// gateway's own.
func difference(source, answer []byte) string {
	at := common(source, answer)
	from := at
	if i := bytes.Index(answer[at:], []byte(ours)); i >= 0 && i < 200 {
		if end := bytes.Index(answer[at:], []byte(endOfPrompt)); end >= 0 {
			from = at + end + len(endOfPrompt)
		} else if end := bytes.Index(answer[at:], []byte(endOfLink)); end >= 0 {
			from = at + end + len(endOfLink)
		}
		more := common(source[at:], answer[from:])
		at, from = at+more, from+more
	}
	return fmt.Sprintf("%q became %q", around(source, at, 60), around(answer, from, 60))
}

// How the prompt and the link to the preferences end.
const (
	endOfPrompt = "Privacy notice</a></p></div>"
	endOfLink   = "</a></aside>"
)

// around is a place of a text with so many bytes on each side.
func around(text []byte, at, width int) []byte {
	return text[max(0, at-width):min(len(text), at+width)]
}
