package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/privet-gateway/privet/rules"
)

// quiet is for how long a page asks for nothing more before it counts as done.
const quiet = 250 * time.Millisecond

// visitor is a person with a tab and a profile of their own.
type visitor struct {
	t       *testing.T
	browser *browser
	site    string // http://127.0.0.1:port
	backend string // the same without the gateway
	policy  *rules.Policy
	facts   rules.Facts // what the gateway has to see, whatever the visitor chooses
	said    map[string]bool
	scripts bool            // the browser runs them
	ctx     context.Context // chromedp keeps the tab in it
	judged  int             // of the browser's requests

	mu         sync.Mutex
	initiators map[network.RequestID]string
	responses  map[string]*network.Response // by URL, the last of each
	complaints []string                     // exceptions and errors on the console
}

// who says who visits.
type who struct {
	address   string // 5.9.0.1 where it is not said, which is in Germany
	country   string // of the address
	gpc       bool
	noScripts bool
}

// visit opens a tab for a visitor of whom nobody knows anything.
func visit(t *testing.T, b *browser, g *gateway, w who) *visitor {
	t.Helper()
	if w.address == "" {
		w.address, w.country = "5.9.0.1", "DE"
	}
	v := &visitor{
		t: t, browser: b, site: g.site, backend: g.backend, policy: demoPolicy(t, g), scripts: !w.noScripts, judged: len(b.from(0)), said: map[string]bool{},
		initiators: map[network.RequestID]string{}, responses: map[string]*network.Response{},
	}
	v.facts = rules.Facts{Purpose: "service", Country: w.country, Signals: rules.Signals{GPC: w.gpc}, Today: rules.DateOf(time.Now())}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(v.heard))
	t.Cleanup(cancel)
	v.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // not under a bound: the tab ends with the context that opened it
		t.Fatalf("opening a tab: %v", err)
	}
	v.size(1280, 900)
	headers := network.Headers{"X-Forwarded-For": w.address}
	if w.gpc {
		headers["Sec-GPC"] = "1"
	}
	command(v, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: headers})
	if w.noScripts {
		command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	return v
}

func (v *visitor) size(width, height int64) {
	v.t.Helper()
	v.do("resizing", chromedp.EmulateViewport(width, height))
}

// heard notes what the tab tells.
func (v *visitor) heard(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		v.initiators[e.RequestID] = initiator(e.Initiator)
	case *network.EventResponseReceived:
		v.responses[withoutFragment(e.Response.URL)] = e.Response
	case *network.EventWebSocketCreated: // these are not intercepted
		v.browser.note(request{e.RequestID, e.URL, network.ResourceTypeWebSocket, time.Now()})
	case *network.EventWebTransportCreated:
		v.browser.note(request{e.TransportID, e.URL, network.ResourceTypeOther, time.Now()})
	case *runtime.EventExceptionThrown:
		v.complaints = append(v.complaints, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			for _, arg := range e.Args {
				v.complaints = append(v.complaints, fmt.Sprintf("console.%s: %s %s", e.Type, arg.Description, arg.Value))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			v.complaints = append(v.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// initiator is what made the browser ask, as a log has it: a line of a page or of a script.
func initiator(i *network.Initiator) string {
	if i.Stack != nil && len(i.Stack.CallFrames) > 0 {
		frame := i.Stack.CallFrames[0]
		return fmt.Sprintf("%s %s:%d", i.Type, frame.URL, frame.LineNumber+1)
	}
	if i.URL != "" {
		return fmt.Sprintf("%s %s:%.0f", i.Type, i.URL, i.LineNumber+1)
	}
	return i.Type.String()
}

// open goes to a page of the site, and waits until it is done.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.do("opening "+path, chromedp.Navigate(v.site+path))
	v.settle(path)
}

func (v *visitor) reload() {
	v.t.Helper()
	v.do("loading the page again", chromedp.Reload())
	v.settle("the page again")
}

// press clicks on what has this text, where a person would, and waits for the page to which that leads.
func (v *visitor) press(text string) {
	v.t.Helper()
	x, y := v.find(text)
	ctx, cancel := context.WithTimeout(v.ctx, 2*patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.MouseClickXY(x, y)); err != nil {
		v.t.Fatalf("pressing %q: %v", text, err)
	}
	v.settle("behind " + text)
}

// click clicks on what has this text, and stays on the page.
func (v *visitor) click(text string) {
	v.t.Helper()
	x, y := v.find(text)
	v.do("clicking on "+text, chromedp.MouseClickXY(x, y))
}

// find is the middle of the one button, link, summary or label that is shown and begins with the text. Nothing may lie
// over it.
func (v *visitor) find(text string) (x, y float64) {
	v.t.Helper()
	const script = `(() => {
		const all = [...document.querySelectorAll('button, a[href], summary, label')]
			.filter(e => e.textContent.replace(/\s+/g, ' ').trim().startsWith(%q) && e.checkVisibility());
		if (all.length !== 1) return {Problem: all.length + ' of them'};
		all[0].scrollIntoView({block: 'center', behavior: 'instant'});
		const box = all[0].getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
		const top = document.elementFromPoint(x, y);
		const problem = all[0].contains(top) ? '' : 'covered by ' + (top && top.outerHTML.slice(0, 100));
		return {Problem: problem, X: x, Y: y};
	})()`
	place := evaluate[struct {
		Problem string
		X, Y    float64
	}](v, script, text)
	if place.Problem != "" {
		v.t.Fatalf("%q: %s", text, place.Problem)
	}
	return place.X, place.Y
}

// settle waits until the page is loaded and has asked for nothing for a while since.
func (v *visitor) settle(what string) {
	v.t.Helper()
	loaded := time.Time{}
	eventually(v.t, what+" is loaded", func() error {
		if state := evaluate[string](v, "document.readyState"); state != "complete" {
			return errors.New("it is " + state)
		}
		if loaded.IsZero() {
			loaded = time.Now()
		}
		last := loaded
		if requests := v.browser.from(v.judged); len(requests) > 0 && requests[len(requests)-1].at.After(last) {
			last = requests[len(requests)-1].at
		}
		if left := quiet - time.Since(last); left > 0 {
			time.Sleep(left)
			return errors.New("it asks for more and more")
		}
		return nil
	})
}

// says notes what the visitor is about to choose, as the gateway has to understand it.
func (v *visitor) says(grant bool, ids ...string) {
	for _, id := range ids {
		v.said[id] = grant
	}
}

// decision is how the policy judges this visitor now.
func (v *visitor) decision() *rules.Decision {
	v.t.Helper()
	facts := v.facts
	for id, grant := range v.said {
		if !v.policy.Choose(&facts.Signals.Prompt, id, grant) {
			v.t.Fatalf("there is no purpose %s", id)
		}
	}
	return v.policy.Decide(facts)
}

// calm fails where the site's own code complained. A page that is not there is no complaint.
func (v *visitor) calm(allowed ...string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, complaint := range v.complaints {
		if !slices.ContainsFunc(allowed, func(text string) bool { return strings.HasSuffix(complaint, text) }) {
			v.t.Errorf("the page complains: %s", complaint)
		}
	}
	v.complaints = nil
}

func withoutFragment(url string) string {
	url, _, _ = strings.Cut(url, "#")
	return url
}
