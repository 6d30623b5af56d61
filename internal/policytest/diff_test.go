package policytest

import (
	"fmt"
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, want, got, shown string }{
		{"nothing differs", "a\nb", "a\nb", ""},
		{"a line is missing", "a\nb\nc", "a\nc", "  a\n- b\n  c\n"},
		{"a line is new", "a\nc", "a\nb\nc", "  a\n+ b\n  c\n"},
		{"a line is another", "a\nb\nc", "a\nx\nc", "  a\n- b\n+ x\n  c\n"},
		{"all of it", "a", "b", "- a\n+ b\n"},
		{"nothing came out", "a\nb", "", "- a\n- b\n+ \n"},
		{"repeated lines", "a\na\nb", "a\nb", "  a\n- a\n  b\n"},
		{"lines in another order", "a\nb\nc", "b\nc\na", "- a\n  b\n  c\n+ a\n"},
		{"what is far away is left out", "1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7", "  …\n  2\n  3\n- 4\n+ x\n  5\n  6\n  …\n"},
		{
			"two places", "0\na\n1\n2\n3\n4\n5\nb\n6", "0\nx\n1\n2\n3\n4\n5\ny\n6",
			"  0\n- a\n+ x\n  1\n  2\n  …\n  4\n  5\n- b\n+ y\n  6\n",
		},
		{"two places that touch", "a\n1\n2\n3\nb", "x\n1\n2\n3\ny", "- a\n+ x\n  1\n  2\n  3\n- b\n+ y\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if shown := diff(test.want, test.got); shown != test.shown {
				t.Errorf("shown is\n%swant\n%s", shown, test.shown)
			}
		})
	}
}

// One line in a large document is found; two large documents that have nothing in common are not set side by side.
func TestDiffOfLargeTexts(t *testing.T) {
	t.Parallel()
	numbered := func(word string, n int) []string {
		lines := make([]string, n)
		for i := range lines {
			lines[i] = fmt.Sprint(word, i)
		}
		return lines
	}
	a := numbered("line ", 200_000)
	b := append([]string(nil), a...)
	b[100_000] = "another"
	want := "  …\n  line 99998\n  line 99999\n- line 100000\n+ another\n  line 100001\n  line 100002\n  …\n"
	if shown := diff(strings.Join(a, "\n"), strings.Join(b, "\n")); shown != want {
		t.Errorf("shown is\n%s", shown)
	}
	other := append(append([]string(nil), a[:3]...), numbered("other ", 5000)...)
	want = "199997 lines expected and 5000 that came out differ, from line 4 on; that is too long to show line by line\n"
	if shown := diff(strings.Join(a, "\n"), strings.Join(other, "\n")); shown != want {
		t.Errorf("shown is %q", shown)
	}
}

// FuzzDiff: what is expected can be read back from the lines without '+', what came out from those without '-'.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc", "a\nx\nc")
	f.Add("", "a\n\na")
	f.Fuzz(func(t *testing.T, want, got string) {
		if len(want)+len(got) > 1000 {
			t.Skip()
		}
		a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
		var before, after []string
		for _, l := range compare(nil, a, b) {
			if l.mark != '+' {
				before = append(before, l.text)
			}
			if l.mark != '-' {
				after = append(after, l.text)
			}
		}
		if strings.Join(before, "\n") != want || strings.Join(after, "\n") != got {
			t.Error("the comparison does not give the texts back")
		}
		if (diff(want, got) == "") != (want == got) {
			t.Error("a difference is shown where there is none, or none where there is one")
		}
	})
}
