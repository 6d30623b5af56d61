package chromium

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds how long a browser may take to end.
const patience = 10 * time.Second

// Start opens a tab of Debian's Chromium, which ends with the test. Hosts are found by the rules of a resolver alone
// (--host-resolver-rules), so that nothing leaves the machine. A short run of tests goes without.
func Start(t *testing.T, resolver string, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("these tests need Chromium, which `make test` installs (Debian: apt-get install chromium): %v", err)
	}
	// The profile is a new folder, which goes when the browser does.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", resolver),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	tab, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		kindly, end := context.WithTimeout(tab, patience)
		_ = chromedp.Cancel(kindly) // it is ended below all the same
		end()
		cancel()
		stop()
	})
	if err := chromedp.Do(tab); err != nil { // not under a bound: the tab ends with the context that opened it
		t.Fatalf("starting Chromium: %v", err)
	}
	return tab
}
