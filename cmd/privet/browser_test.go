package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/privet-gateway/privet/internal/chromium"
)

// browser is Chromium, of which each request is noted before it leaves. Those to this machine go on; all others are
// answered here, so that the vendors' tags find somebody and nothing leaves the machine.
type browser struct {
	ctx context.Context // chromedp keeps the process in it

	mu       sync.Mutex
	requests []request
}

// request is one that the browser attempted.
type request struct {
	id   network.RequestID
	url  string
	kind network.ResourceType
	at   time.Time
}

// startBrowser runs Chromium until the test ends.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	ctx := chromium.Start(t, "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost")
	b := &browser{ctx: ctx}
	if err := chromedp.ListenBrowser(ctx, b.paused); err != nil {
		t.Fatal(err)
	}
	// Of the browser as a whole: what frames of other sites, workers and pages on their way out ask for is seen, too.
	everything := fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*"}}}
	if _, err := chromedp.CallBrowser(ctx, fetch.Enable, everything); err != nil {
		t.Fatal(err)
	}
	return b
}

// paused notes a request, and has it answered.
func (b *browser) paused(event any) {
	e, ok := event.(*fetch.EventRequestPaused)
	if !ok {
		return
	}
	b.note(request{e.NetworkID, e.Request.URL, e.ResourceType, time.Now()})
	go func() {
		// A page that goes away takes its requests along: then there is nobody to answer.
		if u, err := url.Parse(e.Request.URL); err == nil && isLoopback(u.Hostname()) {
			_, _ = chromedp.CallBrowser(b.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
			return
		}
		_, _ = chromedp.CallBrowser(b.ctx, fetch.FulfillRequest, stub(e))
	}()
}

func (b *browser) note(r request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests = append(b.requests, r)
}

// from gives the requests behind the first n.
func (b *browser) from(n int) []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.requests[n:len(b.requests):len(b.requests)]
}

func isLoopback(host string) bool { return host == "127.0.0.1" || host == "localhost" }

// stub is what a vendor answers: the least that is of the right type.
func stub(e *fetch.EventRequestPaused) fetch.FulfillRequestParams {
	mediaType, body := "text/plain", ""
	switch e.ResourceType {
	case network.ResourceTypeScript:
		mediaType = "text/javascript"
		if strings.HasSuffix(e.Request.URL, "/munchkin.js") {
			body = "window.Munchkin = {init: function () {}};" // pages call it without asking whether it is there
		}
	case network.ResourceTypeImage:
		mediaType, body = "image/gif", pixel
	case network.ResourceTypeStylesheet:
		mediaType = "text/css"
	case network.ResourceTypeDocument:
		mediaType, body = "text/html", "<!DOCTYPE html><title>A vendor</title>"
	default:
	}
	return fetch.FulfillRequestParams{
		RequestID: e.RequestID, ResponseCode: 200, Body: []byte(body),
		ResponseHeaders: []*fetch.HeaderEntry{
			{Name: "Content-Type", Value: mediaType},
			{Name: "Access-Control-Allow-Origin", Value: "*"},
			{Name: "Access-Control-Allow-Headers", Value: "*"}, // our X-Forwarded-For goes to everybody
		},
	}
}

// pixel is a GIF of one transparent pixel.
var pixel = func() string {
	text, err := base64.StdEncoding.DecodeString("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
	if err != nil {
		panic(err)
	}
	return string(text)
}()

// do runs actions in a visitor's tab, with a bound.
func (v *visitor) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, 2*patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

// command sends one command of the protocol to a visitor's tab.
func command[P, R any](v *visitor, command cdp.Command[P, R], params P) R {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, 2*patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		v.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// evaluate asks a page. It works where the page's own scripts are switched off, too.
func evaluate[T any](v *visitor, expression string, args ...any) T {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, 2*patience)
	defer cancel()
	expression = fmt.Sprintf(expression, args...)
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
	return result
}
