package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// command runs privet in the gateway's folder.
func (g *gateway) command(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, "privet", args...)
	c.Dir, c.Env = g.dir, g.env
	if args[0] == "reload" {
		c.Args = append(c.Args, "--address", strings.TrimPrefix(g.admin, "http://"))
	}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.String(), err
}

// load is a bounded number of requests from several goroutines.
type load struct {
	done chan struct{}
	sent atomic.Int64

	mu    sync.Mutex
	wrong []string
}

// under asks the path again and again until what happens meanwhile is over. Each answer must be one of the fine ones.
func (g *gateway) under(t *testing.T, path string, fine func(reply) error, meanwhile func()) {
	t.Helper()
	const goroutines, most = 4, 2000 // requests of one goroutine
	l := &load{done: make(chan struct{})}
	var running sync.WaitGroup
	for range goroutines {
		running.Go(func() {
			for range most {
				select {
				case <-l.done:
					return
				default:
				}
				l.sent.Add(1)
				ask := func() (reply, error) {
					return g.get(g.site+path, "Privacy-Purpose", "analytics", "X-Forwarded-For", "8.8.8.8")
				}
				a, err := ask()
				if errors.Is(err, syscall.ECONNRESET) {
					// Each configuration of Caddy opens a socket of its own, and the kernel resets what waits in the
					// backlog of the old one. Nobody has read such a request, so a client may send it again.
					a, err = ask()
				}
				if err == nil {
					err = fine(a)
				}
				if err != nil {
					l.mu.Lock()
					l.wrong = append(l.wrong, err.Error())
					l.mu.Unlock()
				}
				time.Sleep(3 * time.Millisecond)
			}
		})
	}
	meanwhile()
	close(l.done)
	running.Wait()
	if l.sent.Load() == 0 {
		t.Error("no request was sent meanwhile")
	}
	if len(l.wrong) > 0 {
		t.Errorf("%d of %d requests went wrong, the first: %s", len(l.wrong), l.sent.Load(), l.wrong[0])
	}
}

const (
	privacyFile = "examples/communications/privacy.yaml"
	choicesFile = "examples/communications/choices.yaml"
	numbersFile = "examples/communications/fields/numbers.yaml"
	insight     = "/v1/numbers/12125550146/insight"
)

// carrierKept tells by one member which policy answered; an answer of neither is an error.
func carrierKept(a reply) (bool, error) {
	if a.status != 200 {
		return false, fmt.Errorf("status %d", a.status)
	}
	if !json.Valid([]byte(a.body)) {
		return false, errors.New("the answer is not whole")
	}
	if strings.Contains(a.body, "+12125550146") {
		return false, errors.New("the answer holds the number, which neither policy lets through")
	}
	return strings.Contains(a.body, `"carrier"`), nil
}

func eitherPolicy(a reply) error { _, err := carrierKept(a); return err }

// takesEffect waits for the new policy, which must answer within two seconds of the edit.
func (g *gateway) takesEffect(t *testing.T, kept bool, edited time.Time) {
	t.Helper()
	var lastOther time.Time
	eventually(t, "the edit takes effect", func() error {
		asked := time.Now()
		a, err := g.get(g.site+insight, "Privacy-Purpose", "analytics", "X-Forwarded-For", "8.8.8.8")
		if err != nil {
			return err
		}
		if is, err := carrierKept(a); err != nil || is != kept {
			lastOther = asked
			return fmt.Errorf("kept is %v, want %v: %w", is, kept, err)
		}
		return nil
	})
	if took := lastOther.Sub(edited); took > 2*time.Second {
		t.Errorf("the old policy still answered %v after the edit, want at most 2s", took)
	}
}

const (
	insightBefore = `number_insight: {title: "Carrier, roaming and reachability of a number", purposes: [service, fraud, quality, research, legal]}`
	insightAfter  = `number_insight: {title: "Carrier, roaming and reachability of a number", purposes: [service, fraud, quality, research, legal, analytics]}`
)

func TestEditUnderLoad(t *testing.T) {
	t.Parallel()
	g := start(t)
	g.takesEffect(t, false, time.Now())
	g.under(t, insight, eitherPolicy, func() {
		g.edit(t, privacyFile, insightBefore, insightAfter)
		g.takesEffect(t, true, time.Now())
		g.edit(t, privacyFile, insightAfter, insightBefore)
		g.takesEffect(t, false, time.Now())
	})
	if got := g.metric(t, "privet_policy_up"); got != "1" {
		t.Errorf("privet_policy_up is %q, want 1", got)
	}
}

func TestReloadUnderLoad(t *testing.T) {
	t.Parallel()
	// The upstream stays out of the reload, so that what fails is the gateway's.
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(projectRoot(t), "examples/communications/api", r.URL.Path+".json"))
	}))
	defer backend.Close()
	g := start(t, func(t *testing.T, g *gateway) {
		t.Helper()
		here := strings.NewReplacer(strings.TrimPrefix(g.backend, "http://"), strings.TrimPrefix(backend.URL, "http://"))
		g.write(t, "Caddyfile", here.Replace(g.read(t, "Caddyfile")))
	})
	g.under(t, insight, eitherPolicy, func() {
		for i, edit := range [][2]string{{insightBefore, insightAfter}, {insightAfter, insightBefore}, {insightBefore, insightAfter}} {
			g.edit(t, privacyFile, edit[0], edit[1])
			if out, err := g.command("reload"); err != nil {
				t.Fatalf("reload %d: %v\n%s", i, err, out)
			}
			a := g.must(t, 200, insight, "Privacy-Purpose", "analytics", "X-Forwarded-For", "8.8.8.8")
			if kept, err := carrierKept(a); err != nil || kept != (edit[1] == insightAfter) {
				t.Errorf("right after reload %d the old policy answers (%v)", i, err)
			}
		}
	})

	t.Run("only what did not change is no change", func(t *testing.T) {
		const unchanged = "config is unchanged"
		if strings.Contains(g.output(), unchanged) {
			t.Error("a reload with an edited policy was taken for no change")
		}
		if out, err := g.command("reload"); err != nil || !strings.Contains(g.output(), unchanged) {
			t.Errorf("a reload with nothing edited was a change: %v\n%s", err, out)
		}
	})

	t.Run("a broken policy is refused and the old one goes on", func(t *testing.T) {
		g.edit(t, privacyFile, insightAfter, strings.Replace(insightAfter, "analytics", "analitics", 1))
		out, err := g.command("reload")
		if err == nil {
			t.Error("the reload succeeded")
		}
		if want := g.line(t, privacyFile, "analitics"); !strings.Contains(out, want) {
			t.Errorf("the reload does not name %s:\n%s", want, out)
		}
		g.takesEffect(t, true, time.Now())
	})
}

// health asks until the status is the wanted one.
func (g *gateway) health(t *testing.T, status int) (answer struct {
	Healthy bool
	Failure string
},
) {
	t.Helper()
	eventually(t, fmt.Sprintf("/privacy/health is %d", status), func() error {
		a, err := g.get(g.admin + "/privacy/health")
		if err != nil {
			return err
		}
		if a.status != status {
			return fmt.Errorf("status %d", a.status)
		}
		return json.Unmarshal([]byte(a.body), &answer)
	})
	if answer.Healthy != (status == http.StatusOK) {
		t.Errorf("healthy is %v with status %d", answer.Healthy, status)
	}
	return answer
}

func TestBrokenEdits(t *testing.T) {
	t.Parallel()
	g := start(t, func(t *testing.T, g *gateway) {
		t.Helper()
		g.edit(t, "Caddyfile", "\tencode\n", "\tencode\n\t@named privacy_consent testimonials\n\theader @named X-Named yes\n")
	})
	for _, test := range []struct {
		name, file, from, to string
		at                   string // text at whose place the failure stands: in the edited file, or before the edit if was
		was                  bool
		says                 string
	}{
		{
			name: "a syntax error", file: numbersFile, from: "      $.risk: number_insight", to: "      $.risk: [number_insight",
			at: "[number_insight", says: "",
		},
		{
			name: "an undeclared word", file: numbersFile, from: "$.risk: number_insight", to: "$.risk: number_inside",
			at: "number_inside", says: `"number_inside"`,
		},
		{
			name: "a recipient that a route names is gone", file: privacyFile, from: "  crm-us:", to: "  crm-eu:",
			at: "crm-us:", was: true, says: `recipient "crm-us", which stood here, is gone, and a route or a matcher names it`,
		},
		{
			name: "a purpose that a route names is gone", file: privacyFile, from: "legal", at: "legal:\n    basis", was: true,
			says: `purpose "legal", which stood here, is gone, and a route or a matcher names it`,
		},
		{
			name: "a purpose that a matcher names is gone", file: privacyFile, from: "testimonials", at: "testimonials:\n    basis", was: true,
			says: `purpose "testimonials", which stood here, is gone, and a route or a matcher names it`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := g.read(t, test.file)
			where := ""
			if test.was {
				where = g.line(t, test.file, test.at)
			}
			if test.to == "" {
				g.rename(t, test.from)
			} else {
				g.edit(t, test.file, test.from, test.to)
			}
			if !test.was {
				where = g.line(t, test.file, test.at)
			}
			health := g.health(t, http.StatusServiceUnavailable)
			if !strings.Contains(health.Failure, where+": ") || !strings.Contains(health.Failure, test.says) {
				t.Errorf("the failure does not say %s: … %s …:\n%s", where, test.says, health.Failure)
			}
			if got := g.metric(t, "privet_policy_up"); got != "0" {
				t.Errorf("privet_policy_up is %q, want 0", got)
			}
			g.takesEffect(t, false, time.Now())
			g.must(t, 451, "/crm/leads", "X-Forwarded-For", "5.9.0.1")

			g.write(t, test.file, before)
			g.health(t, http.StatusOK)
			if got := g.metric(t, "privet_policy_up"); got != "1" {
				t.Errorf("mended, privet_policy_up is %q, want 1", got)
			}
		})
	}
}

// rename gives a purpose another id wherever the policy names it, so that only the configuration still has the old one.
func (g *gateway) rename(t *testing.T, id string) {
	t.Helper()
	whole := regexp.MustCompile(`([\s\[])` + id + `([:,\]])`)
	var text strings.Builder
	for line := range strings.Lines(g.read(t, privacyFile)) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			line = whole.ReplaceAllString(line, "${1}renamed${2}")
		}
		text.WriteString(line)
	}
	g.write(t, privacyFile, text.String())
}

func TestEditedChoices(t *testing.T) {
	t.Parallel()
	g := start(t)
	before := g.read(t, choicesFile)
	seen := func() string {
		a := g.must(t, 200, "/v1/accounts", "Privacy-Purpose", "analytics")
		return person(t, a.body, 47)
	}
	if !strings.Contains(seen(), `"location"`) {
		t.Fatalf("47 is silent on analytics in the US, yet no location is there: %s", seen())
	}
	g.edit(t, choicesFile, "refuses: [advertising, marketing]", "refuses: [advertising, marketing, analytics]")
	eventually(t, "the refusal takes effect", func() error {
		if strings.Contains(seen(), `"location"`) {
			return errors.New("the location is still there")
		}
		return nil
	})

	// A broken policy stays reported although the choices are edited well meanwhile.
	g.edit(t, numbersFile, "$.risk: number_insight", "$.risk: number_inside")
	g.health(t, http.StatusServiceUnavailable)
	g.write(t, choicesFile, before)
	eventually(t, "the grant takes effect", func() error {
		if !strings.Contains(seen(), `"location"`) {
			return errors.New("the location is not there")
		}
		return nil
	})
	if health := g.health(t, http.StatusServiceUnavailable); !strings.Contains(health.Failure, "number_inside") {
		t.Errorf("the failure of the policy is forgotten: %s", health.Failure)
	}
	if got := g.metric(t, "privet_policy_up"); got != "0" {
		t.Errorf("privet_policy_up is %q, want 0", got)
	}

	// Broken choices leave the old ones in force, and are reported by place without a word of theirs.
	g.edit(t, choicesFile, `"47": {refuses: [advertising, marketing]`, `"47": {refuse: [mark-zu-verbergen]`)
	eventually(t, "the broken choices are reported", func() error {
		if failure := g.health(t, http.StatusServiceUnavailable).Failure; !strings.Contains(failure, "choices.yaml:") || strings.Contains(failure, "mark-zu-verbergen") {
			return errors.New(failure)
		}
		return nil
	})
}
