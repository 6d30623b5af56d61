package main

// testCase is one kind of exchange on two sides. Bound is the ratio of their costs that must not be exceeded; 0 only
// prints.
type testCase struct {
	name          string
	path          string
	bound         float64
	with, without side
	against       string // the path on the other side; "" is the same
	gzip          bool   // the client takes gzip
}

// side is a gateway under the scales.
type side int

const (
	privet    side = iota // with the directive
	plain                 // the same Caddy without it
	recoding              // without it, but decoding and encoding
	sideCount             // how many there are
)

func cases() []testCase {
	list := []testCase{
		{name: "untouched, 10 KB", path: "/free/10k", bound: 1.05},
		{name: "five rules, 1 KB", path: "/customers/1k", bound: 1.10},
		{name: "five rules, 10 KB", path: "/customers/10k", bound: 1.10},
		{name: "five rules, 100 KB", path: "/customers/100k", bound: 1.5},
		{name: "five rules, 10 MB", path: "/customers/10m", bound: 2.5},
		{name: "dense, 1 KB", path: "/people/1k", bound: 1.2},
		{name: "dense, 10 KB", path: "/people/10k", bound: 1.2},
		{name: "dense, 100 KB", path: "/people/100k"},
		{name: "dense, 10 MB", path: "/people/10m"},
		{name: "one person, 10 KB", path: "/people/one", bound: 1.2},
		{name: "page of 50 KB, 15 tags", path: "/page", bound: 1.2},
		{name: "page that is new each time", path: "/page/new", bound: 1.2},
	}
	for i := range list {
		list[i].without = plain
	}
	return append(
		list,
		testCase{name: "gzip, 10 KB", path: "/customers/10k.gz", bound: 1.15, without: recoding, gzip: true},
		testCase{name: "gzip, 100 KB", path: "/customers/100k.gz", bound: 1.15, without: recoding, gzip: true},
		testCase{name: "500 rules to 5, 10 KB", path: "/many/10k", bound: 1.3, without: privet, against: "/customers/10k"},
		testCase{name: "500 rules to 5, 100 KB", path: "/many/100k", bound: 1.3, without: privet, against: "/customers/100k"},
	)
}
