package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/privet-gateway/privet/internal/bench/documents"
)

// contestant applies the rules to a whole document. What it gives is valid until the next call.
type contestant struct {
	name  string
	apply func(doc []byte) ([]byte, error)
}

func main() {
	rounds := flag.Int("rounds", 15, "how often each is timed, in turn")
	flag.Parse()
	if err := run(*rounds); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(rounds int) error {
	own, err := newFilter(documents.Policy(), "/customers/100k")
	if err != nil {
		return err
	}
	many, err := newFilter(documents.Policy(), "/many/100k")
	if err != nil {
		return err
	}
	others := []contestant{
		{"fastjson", newFastjson()},
		{"sonic", newSonic()},
		{"jsontext", newJSONText()},
		{"gjson+sjson", newGJSON()},
		{"jsonparser", newJSONParser()},
	}
	ours := []contestant{{"privet", own.apply}, {"privet, 500 rules", many.apply}}
	all := append(slices.Clone(ours), others...)
	doc := documents.Customers(100 << 10)
	if err := agree(doc, all); err != nil {
		return err
	}
	all = append(all, contestant{"IndexByte, quote to quote", quotes})
	figures, err := weigh(doc, all, rounds)
	if err != nil {
		return err
	}
	report(doc, all, figures)
	if err := judge(all, figures); err != nil {
		return err
	}
	return dense(rounds)
}

// dense is the filter alone on a document in which every tenth word is personal.
func dense(rounds int) error {
	own, err := newFilter(documents.Policy(), "/people/100k")
	if err != nil {
		return err
	}
	doc := documents.People(100 << 10)
	all := []contestant{{"privet, dense", own.apply}, {"IndexByte, quote to quote", quotes}}
	figures, err := weigh(doc, all, rounds)
	if err != nil {
		return err
	}
	report(doc, all, figures)
	return nil
}

func report(doc []byte, all []contestant, figures []figure) {
	fmt.Fprintf(os.Stdout, "%d bytes, CPU time\n\n", len(doc))
	base := figures[len(figures)-1]
	for i, f := range figures {
		fmt.Fprintf(os.Stdout, "%-26s %6.0f MB/s  %.3f of quote to quote  %8d B %5d allocations a document\n",
			all[i].name, float64(len(doc))/f.seconds/1e6, f.to(base), f.bytes, f.allocations)
	}
	fmt.Fprintln(os.Stdout)
}

// least is what the filter must reach of a loop that only looks for quotes, and most what 500 rules may cost of five.
const (
	least = 0.53
	most  = 1.3
)

func judge(all []contestant, figures []figure) error {
	own, many, base := figures[0], figures[1], figures[len(figures)-1]
	if share := own.to(base); share < least {
		return fmt.Errorf("the filter reaches %.2f of the loop; bound %.2f: EXCEEDED", share, least)
	}
	if own.allocations > 0 {
		return fmt.Errorf("the filter allocates %d times a document; bound 0: EXCEEDED", own.allocations)
	}
	if ratio := own.to(many); ratio > most {
		return fmt.Errorf("500 rules cost %.2f of five; bound %.1f: EXCEEDED", ratio, most)
	}
	for i, f := range figures[2 : len(figures)-1] {
		if f.to(own) > 1 {
			return fmt.Errorf("%s is faster than the filter: EXCEEDED", all[i+2].name)
		}
	}
	return nil
}

// agree checks that all come to equal values, so that they did the same work.
func agree(doc []byte, all []contestant) error {
	var want any
	for i, c := range all {
		out, err := c.apply(doc)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		var got any
		if err := json.Unmarshal(out, &got); err != nil {
			return fmt.Errorf("%s writes no JSON: %w", c.name, err)
		}
		if i == 0 {
			want = got
			if bytes.Equal(out, doc) {
				return fmt.Errorf("%s changed nothing", c.name)
			}
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("%s and %s come to unlike documents", c.name, all[0].name)
		}
	}
	return nil
}

// figure is what one document costs. A time means little on a busy machine, so times are compared within a round.
type figure struct {
	seconds            float64 // the middle of the rounds
	rounds             []float64
	bytes, allocations uint64
}

// weigh lets the contestants take turns, so that what else runs on the machine meets all of them.
func weigh(doc []byte, all []contestant, rounds int) ([]figure, error) {
	runtime.LockOSThread()
	figures := make([]figure, len(all))
	for range rounds {
		for i, c := range all {
			seconds, err := timed(doc, c)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			figures[i].rounds = append(figures[i].rounds, seconds)
		}
	}
	for i, c := range all {
		figures[i].seconds = middle(figures[i].rounds)
		figures[i].bytes, figures[i].allocations = allocated(doc, c)
	}
	return figures, nil
}

// to is how many times as fast as another one is.
func (f figure) to(other figure) float64 {
	ratios := make([]float64, len(f.rounds))
	for i := range ratios {
		ratios[i] = other.rounds[i] / f.rounds[i]
	}
	return middle(ratios)
}

func middle(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }

// timed gives the CPU seconds for one document, of all threads: collecting what a contestant leaves behind is part of it.
func timed(doc []byte, c contestant) (float64, error) {
	const enough = 20 * time.Millisecond
	began := cpu()
	for n := 1; ; n++ {
		if _, err := c.apply(doc); err != nil {
			return 0, err
		}
		if took := cpu() - began; took > enough {
			return took.Seconds() / float64(n), nil
		}
	}
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// allocated is what one document takes of memory once its contestant is warm. The least of several runs counts: others'
// leftovers may have a pool emptied in between.
func allocated(doc []byte, c contestant) (size, count uint64) {
	for i := range 5 {
		if n, m := allocatedOnce(doc, c); i == 0 || n < size {
			size, count = n, m
		}
	}
	return size, count
}

func allocatedOnce(doc []byte, c contestant) (size, count uint64) {
	const times = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		_, _ = c.apply(doc) // it has succeeded before
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / times, (after.Mallocs - before.Mallocs) / times
}
