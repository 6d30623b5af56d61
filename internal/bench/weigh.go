package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
)

// workers is how many requests are under way at once.
const workers = 4

// weigh alternates samples of the two and prints the ratio.
func (b *bench) weigh(c testCase) error {
	with, without := load{b.sides[c.with], c.path, c.gzip}, load{b.sides[c.without], c.path, c.gzip}
	if c.against != "" {
		without.path = c.against
	}
	if _, err := b.size(with); err != nil { // warm-up
		return err
	}
	if _, err := b.size(without); err != nil {
		return err
	}
	n, err := b.size(without)
	if err != nil {
		return err
	}
	var ratios []float64
	var own, base float64
	for i := range b.pairs {
		first, second := with, without
		if i%2 == 1 {
			first, second = without, with
		}
		one, err := first.sample(n)
		if err != nil {
			return err
		}
		two, err := second.sample(n)
		if err != nil {
			return err
		}
		if i%2 == 1 {
			one, two = two, one
		}
		ratios = append(ratios, one/two)
		own, base = own+one, base+two
	}
	low, middle, high := interval(ratios)
	verdict := ""
	if c.bound > 0 {
		verdict = fmt.Sprintf("  bound %.2f: held", c.bound)
		if middle > c.bound {
			verdict = fmt.Sprintf("  bound %.2f: EXCEEDED", c.bound)
			b.failed = true
		}
	}
	count := float64(b.pairs)
	fmt.Fprintf(b.out, "%-26s %.3f [%.3f, %.3f]   %8.1f µs / %8.1f µs, %d requests a sample%s\n",
		c.name, middle, low, high, own/count*1e6, base/count*1e6, n, verdict)
	return nil
}

// load is what one side is asked for.
type load struct {
	gateway *gateway
	path    string
	gzip    bool
}

// size finds how many requests one sample needs to take long enough.
func (b *bench) size(l load) (int, error) {
	n := 8
	for {
		each, err := l.sample(n)
		if err != nil {
			return 0, err
		}
		if took := each * float64(n); took >= b.seconds.Seconds()/3 {
			return max(n, int(b.seconds.Seconds()/each)), nil
		}
		n *= 2
	}
}

// sample sends n requests and gives the process's CPU seconds for one.
func (l load) sample(n int) (float64, error) {
	before, err := l.gateway.cpu()
	if err != nil {
		return 0, err
	}
	var left atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	var once sync.Once
	var failure error
	for range workers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := l.gateway.get(l.path, l.gzip); err != nil {
					once.Do(func() { failure = err })
					return
				}
			}
		})
	}
	group.Wait()
	after, err := l.gateway.cpu()
	if err == nil {
		err = failure
	}
	return (after - before).Seconds() / float64(n), err
}

// interval is the median and, by bootstrap, where it lies with 95 % confidence.
func interval(ratios []float64) (low, middle, high float64) {
	random := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // resampling
	medians := make([]float64, 2000)
	draw := make([]float64, len(ratios))
	for i := range medians {
		for j := range draw {
			draw[j] = ratios[random.IntN(len(ratios))]
		}
		medians[i] = median(draw)
	}
	slices.Sort(medians)
	return medians[len(medians)*25/1000], median(ratios), medians[len(medians)*975/1000]
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return math.NaN()
	}
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}
