package blocklist

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// TestBrowser compares verdicts on what a browser requested for the pages of the corpus.
func TestBrowser(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join(corpus(t), "pages", "browser.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	j := newJudge(t)
	requests, trackers := 0, 0
	for decoder := json.NewDecoder(unpacked); ; {
		var page struct {
			URL  string      `json:"page_url"`
			List []reference `json:"list"`
		}
		if err := decoder.Decode(&page); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		address, err := url.Parse(page.URL)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.List {
			requests++
			category, rule := j.ask(request(r.URL, address.Hostname(), oracleType(t, r.Type)))
			if r.Tracker {
				trackers++
			}
			if r.Tracker != (category != "") {
				t.Errorf("oracle %v, here %q by %s: %s %s on %s", r.Tracker, category, rule, r.Type, r.URL[:min(len(r.URL), 150)], address.Hostname())
			}
		}
	}
	t.Logf("%d requests, %d to trackers", requests, trackers)
	if trackers == 0 || trackers == requests {
		t.Error("nothing to compare")
	}
}

// TestInline compares verdicts on the hosts that inline scripts name.
func TestInline(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(corpus(t), "pages", "*.oracle.json"))
	if err != nil {
		t.Fatal(err)
	}
	j := newJudge(t)
	asked := 0
	for _, name := range names {
		var page struct {
			URL     string `json:"page_url"`
			Scripts []struct {
				Hosts []struct{ URL, As, Category, Rule string } `json:"tracker_hosts"`
			} `json:"inline_scripts"`
		}
		if err := json.Unmarshal(readFile(t, name), &page); err != nil {
			t.Fatal(err)
		}
		address, err := url.Parse(page.URL)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Scripts {
			for _, h := range s.Hosts {
				asked++
				if category, rule := j.ask(request(h.URL, address.Hostname(), oracleType(t, h.As))); category != h.Category {
					t.Errorf("oracle %s by %s, here %q by %s: %s on %s", h.Category, h.Rule, category, rule, h.URL[:min(len(h.URL), 150)], address.Hostname())
				}
			}
		}
	}
	t.Logf("%d URLs", asked)
	if asked == 0 {
		t.Error("nothing to compare")
	}
}
