package policytest

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// around is how many equal lines are shown beside a difference.
	around = 2
	// mostCells bounds the table of a comparison, to 4 MiB: a thousand lines against a thousand.
	mostCells = 1 << 20
)

// line is one line of a comparison: '-' expected and missing, '+' there and not expected, ' ' in both.
type line struct {
	mark byte
	text string
}

// diff shows where two texts differ, by line, with a few lines around and "…" for those left out. Equal lines at both
// ends are not compared, so a small difference in a large document is cheap; what differs at great length is only told.
func diff(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	lines := common(nil, a[:head])
	if left, right := a[head:len(a)-tail], b[head:len(b)-tail]; (len(left)+1)*(len(right)+1) <= mostCells {
		lines = compare(lines, left, right)
	} else {
		return fmt.Sprintf("%d lines expected and %d that came out differ, from line %d on; that is too long to show line by line\n",
			len(left), len(right), head+1)
	}
	return show(common(lines, a[len(a)-tail:]))
}

func common(lines []line, texts []string) []line {
	for _, text := range texts {
		lines = append(lines, line{' ', text})
	}
	return lines
}

// compare appends the shortest way from one text to the other, by their longest common subsequence of lines.
func compare(lines []line, a, b []string) []line {
	width := len(b) + 1
	longest := make([]int32, (len(a)+1)*width) // of the lines from i and from j on
	for i, left := range slices.Backward(a) {
		for j, right := range slices.Backward(b) {
			if left == right {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, line{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[(i+1)*width+j] >= longest[i*width+j+1]:
			lines = append(lines, line{'-', a[i]})
			i++
		default:
			lines = append(lines, line{'+', b[j]})
			j++
		}
	}
	return lines
}

// show prints the differences and what stands around them.
func show(lines []line) string {
	var out strings.Builder
	shown := 0 // lines before it are printed, or left out for good
	for i, l := range lines {
		if l.mark == ' ' {
			continue
		}
		from := max(shown, i-around)
		if from > shown {
			out.WriteString("  …\n")
		}
		to := min(len(lines), i+around+1)
		for _, l := range lines[from:to] {
			fmt.Fprintf(&out, "%c %s\n", l.mark, l.text)
		}
		shown = max(shown, to)
	}
	if shown > 0 && shown < len(lines) {
		out.WriteString("  …\n")
	}
	return out.String()
}
