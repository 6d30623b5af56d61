package catalog

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
)

const (
	// CookieFile is what positions call the cookie database. Its lines are those of the original.
	CookieFile = "catalog/open-cookie-database.tsv"
	// CookieSource is where it comes from, and as of when.
	CookieSource = "Open Cookie Database (github.com/jkwakman/Open-Cookie-Database, Apache-2.0), as of 2026-01"
)

//go:embed open-cookie-database.tsv
var cookieText string

// Cookie is what the database says of a name that is judged by it.
type Cookie struct {
	Name     string // whole, or the beginning that is shared where Glob is set
	Glob     bool
	Purpose  string // an id of purposes.yaml
	Platform string // whose it is, in the words of the database
	Line     int    // in CookieFile
}

// CookieNamed finds what the database says of a cookie's name: an exact row goes before the longest beginning. ok is
// false for names that it does not have, or by which nothing can be told (see cookieReason).
func CookieNamed(name string) (c Cookie, ok bool) {
	t := cookieTable()
	if i := sort.Search(len(t.exact), func(i int) bool { return t.exact[i].Name >= name }); i < len(t.exact) && t.exact[i].Name == name {
		return t.exact[i], true
	}
	// Whatever sorts between a beginning of the name and the name begins in the same way, so the way up from the last
	// one that is not behind the name leads past every beginning of it, longest first.
	i := sort.Search(len(t.globs), func(i int) bool { return t.globs[i].Name > name }) - 1
	for i >= 0 && !strings.HasPrefix(name, t.globs[i].Name) {
		i = t.within[i]
	}
	if i < 0 {
		return Cookie{}, false
	}
	return t.globs[i], true
}

// Cookies are all names that are judged by the database, sorted: those that stand for themselves, then beginnings.
func Cookies() []Cookie {
	t := cookieTable()
	return append(append(make([]Cookie, 0, len(t.exact)+len(t.globs)), t.exact...), t.globs...)
}

// cookies is the database as it is asked.
type cookies struct {
	exact  []Cookie // sorted by name
	globs  []Cookie // sorted by name
	within []int    // of each glob the longest other that it begins with; -1 where there is none
	rows   int
	left   [reasons]int // rows that nothing is judged by, by the reason
}

// cookieTable is read once for all policies, and not before a cookie is met that nothing else names.
//
//nolint:gochecknoglobals // computed once, never written to
var cookieTable = sync.OnceValue(func() *cookies { return readCookies(cookieText) })

func readCookies(text string) *cookies {
	t, j := &cookies{}, newJudge()
	var all []row
	for number, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if number > 0 { // the first line tells the source
			all = append(all, rowOf(line, number+1))
		}
	}
	t.rows = len(all)
	disputed := disputes(all)
	seen := map[string]bool{}
	// The strictest of several rows stands: the first of equally strict ones, since the sort is stable.
	sort.SliceStable(all, func(i, j int) bool { return all[i].category < all[j].category })
	for _, r := range all {
		reason := j.reason(&r)
		switch key := r.key(); {
		case reason != judged:
		case disputed[key]:
			reason = claimedTwice
		case seen[key]:
			reason = repeated
		default:
			seen[key] = true
			t.add(r)
		}
		t.left[reason]++
	}
	t.order()
	return t
}

func (t *cookies) add(r row) {
	c := Cookie{Name: r.name, Glob: r.glob, Purpose: r.category.purpose(), Platform: r.platform, Line: r.line}
	if r.glob {
		t.globs = append(t.globs, c)
		return
	}
	t.exact = append(t.exact, c)
}

func (t *cookies) order() {
	sort.Slice(t.exact, func(i, j int) bool { return t.exact[i].Name < t.exact[j].Name })
	sort.Slice(t.globs, func(i, j int) bool { return t.globs[i].Name < t.globs[j].Name })
	t.within = make([]int, len(t.globs))
	for i := range t.globs {
		up := i - 1
		for up >= 0 && !strings.HasPrefix(t.globs[i].Name, t.globs[up].Name) {
			up = t.within[up]
		}
		t.within[i] = up
	}
}

// CookieCount is how many rows of the database there are, and how many names are judged by them for each purpose.
type CookieCount struct {
	Rows, Advertising, Analytics, Functionality int
}

// CountCookies counts the database.
func CountCookies() CookieCount {
	n := CookieCount{Rows: cookieTable().rows}
	for _, c := range Cookies() {
		switch c.Purpose {
		case "advertising":
			n.Advertising++
		case "analytics":
			n.Analytics++
		default:
			n.Functionality++
		}
	}
	return n
}
