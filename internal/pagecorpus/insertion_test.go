package main

import (
	"strings"
	"testing"
)

func TestInserted(t *testing.T) {
	t.Parallel()
	const source = `<body><a href="/x">x</a></body>`
	const piece = `<a href="/.privacy/preferences">Privacy</a>`
	put := func(at int, what string) string { return source[:at] + what + source[at:] }
	for _, c := range []struct {
		name, answer string
		piece, same  bool
	}{
		{"untouched", source, false, true},
		{"inserted in front of what begins alike", put(6, piece), true, true},
		{"inserted in front of something else", put(len(source)-7, piece), true, true},
		{"inserted at the end", source + piece, true, true},
		{"something foreign inserted", put(6, "<b>/privacy/</b>"), true, false},
		{"inserted and changed", strings.Replace(put(6, piece), `"/x"`, `"/y"`, 1), true, false},
		{"changed, and as long as before", strings.Replace(source, "/x", "/y", 1), false, false},
		{"shortened", source[:len(source)-1], false, false},
		{"empty", "", false, false},
	} {
		got, same := inserted([]byte(source), []byte(c.answer))
		if same != c.same || (len(got) > 0) != c.piece {
			t.Errorf("%s: %q, %t", c.name, got, same)
		}
	}
}

// TestDifference shows the first change and not the insertion.
func TestDifference(t *testing.T) {
	t.Parallel()
	source := "<body>" + strings.Repeat("a ", 50) + "tracker" + strings.Repeat(" b", 50)
	piece := `<link href="/.privacy/p.css" /><div><p><a href="/.privacy/notice">` + endOfPrompt
	answer := "<body>" + piece + strings.Repeat("a ", 50) + "nobody" + strings.Repeat(" b", 50)
	got := difference([]byte(source), []byte(answer))
	if !strings.Contains(got, `a tracker b`) || !strings.Contains(got, `a nobody b`) {
		t.Error(got)
	}
}
