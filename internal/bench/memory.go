package main

import (
	"fmt"
	"sync"
	"time"
)

// burden is a load whose memory counts.
type burden struct {
	name   string
	path   string
	atOnce int
	bound  int64 // bytes more than without the directive
}

func burdens() []burden {
	return []burden{
		{"1 GB body", "/people/1g", 1, 32 << 20},
		{"50 bodies of 10 MB", "/customers/10m", 50, 20 << 20},
	}
}

// weighMemory sends large bodies through fresh processes and compares the most memory they held.
func (b *bench) weighMemory() error {
	for _, c := range burdens() {
		if err := b.burden(c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b *bench) burden(c burden) error {
	var peaks [2]int64
	for i, which := range []side{privet, plain} {
		g, err := b.start(fmt.Sprintf("memory-%d-%d", c.atOnce, which), which)
		if err != nil {
			return err
		}
		began := time.Now()
		n, err := together(g, c)
		if err == nil {
			peaks[i], err = g.peak()
		}
		g.stop()
		if err != nil {
			return err
		}
		fmt.Fprintf(b.out, "%s, directive %-5t: %4d MiB out, at most %d MiB held, %.1f s\n",
			c.name, which == privet, n>>20, peaks[i]>>20, time.Since(began).Seconds())
	}
	more := peaks[0] - peaks[1]
	verdict := "held"
	if more > c.bound {
		verdict, b.failed = "EXCEEDED", true
	}
	fmt.Fprintf(b.out, "%s: %.1f MiB more; bound %d MiB: %s\n", c.name, float64(more)/(1<<20), c.bound>>20, verdict)
	return nil
}

// together fetches a document as often as the burden says, all at once and four times over.
func together(g *gateway, c burden) (sum int64, err error) {
	rounds := 4
	if c.atOnce == 1 {
		rounds = 1
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	for range c.atOnce {
		group.Go(func() {
			for range rounds {
				n, failure := g.get(c.path, false)
				mu.Lock()
				sum += n
				if failure != nil {
					err = failure
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return sum, err
}
