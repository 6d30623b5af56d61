package blocklist

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestConcurrent has many ask at once, while expressions compile.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	l, _ := ParseList([]byte("/x[0-9]+\\.js/\n@@/x1[0-9]+\\.js/\n$removeparam=/^y=/"))
	e := NewLists([]*List{l})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 200 {
				v := e.Match(request(fmt.Sprintf("https://a.example/x%d.js?y=%d", i, i), "b.example", Script))
				pardoned := i >= 10 && i < 20 || i >= 100
				if v.Blocked == pardoned || v.Exception != pardoned || pardoned != (len(v.Params) == 1) {
					t.Errorf("%d: %+v", i, v)
				}
			}
		})
	}
	group.Wait()
}

// TestRepetition asks of URLs that say the same many times: they must not cost the square of it.
func TestRepetition(t *testing.T) {
	t.Parallel()
	l, _ := ParseList([]byte("/track^x^|\n$removeparam=y\n$removeparam=/^z=/\n*a*a*a*a*a*b|"))
	e := NewLists([]*List{l})
	const times = 20000
	v := e.Match(request("https://a.example/?"+strings.Repeat("track&y=1&z=2&aaaa&", times), "b.example", Script))
	if v.Blocked || len(v.Params) != 2*times {
		t.Errorf("blocked %v, %d parameters", v.Blocked, len(v.Params))
	}
}

// TestOrder has a verdict not depend on the order of lists, save for the number of the list.
func TestOrder(t *testing.T) {
	t.Parallel()
	texts := []string{"/t.", "@@/t.", "/t.$important", "/t.$image"}
	r := request("https://a.example/t.js", "", Script)
	for range texts {
		texts = append(texts[1:], texts[0])
		var lists []*List
		for _, text := range texts {
			l, _ := ParseList([]byte(text))
			lists = append(lists, l)
		}
		want := Verdict{Blocked: true, List: slices.Index(texts, "/t.$important"), Line: 1}
		if got := NewLists(lists).Match(r); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", texts, got, want)
		}
	}
}
