// Command bench weighs the gateway: the same Caddy with and without the directive, interleaved, by the CPU time that the
// process takes for a request, and by the memory that a large body costs.
//
// It runs on loopback alone, is bounded in requests and time, and ends what it started. A timing means nothing by itself
// on a busy machine, so each figure is a ratio of runs that alternate, with the interval in which the middle lies.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// bench is one run of the command.
type bench struct {
	out      io.Writer
	dir      string
	binary   string
	upstream *upstream
	sides    [sideCount]*gateway
	pairs    int
	seconds  time.Duration // CPU time that one sample shall at least take
	null     bool
	only     string
	ctx      context.Context //nolint:containedctx // ends what the command started
	failed   bool
}

func main() {
	pairs := flag.Int("pairs", 40, "pairs of samples for each case, at least 10")
	sample := flag.Duration("sample", 100*time.Millisecond, "CPU time of the gateway that one sample takes at least")
	binary := flag.String("binary", "", "the gateway (default: built from ./cmd/privet)")
	memory := flag.Bool("memory", true, "weigh memory, too")
	null := flag.Bool("null", false, "leave the directive out of both: what the scales themselves show")
	only := flag.String("case", "", "weigh only cases whose name holds this text")
	flag.Parse()
	if err := run(&bench{pairs: max(*pairs, 10), seconds: *sample, binary: *binary, null: *null, only: *only}, *memory); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

var errOverBound = errors.New("a bound is exceeded")

func run(b *bench, memory bool) (err error) {
	dir, err := os.MkdirTemp("", "privet-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	defer stop()
	b.out, b.dir, b.ctx = os.Stdout, dir, ctx
	if b.binary == "" {
		if b.binary, err = build(dir); err != nil {
			return err
		}
	}
	if b.upstream, err = startUpstream(); err != nil {
		return err
	}
	defer b.upstream.close()
	for which := range sideCount {
		g, err := b.start(fmt.Sprintf("side-%d", which), which)
		if err != nil {
			return err
		}
		defer g.stop()
		b.sides[which] = g
	}

	fmt.Fprintf(b.out, "CPU time a request, with the directive / without; %d pairs, median [95 %% interval of the median]\n\n", b.pairs)
	for _, c := range cases() {
		if !strings.Contains(c.name, b.only) {
			continue
		}
		if err := b.weigh(c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	if memory {
		if err := b.weighMemory(); err != nil {
			return fmt.Errorf("memory: %w", err)
		}
	}
	if b.failed {
		return errOverBound
	}
	return nil
}

func build(dir string) (string, error) {
	name := filepath.Join(dir, "privet")
	cmd := exec.Command("go", "build", "-o", name, "./cmd/privet") //nolint:gosec,noctx // our own command, bounded by the toolchain
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return name, cmd.Run()
}
