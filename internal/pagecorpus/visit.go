package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// answer is what a visitor got.
type answer struct {
	status int
	body   []byte
	broken error // the body ended early
}

// maxBody is more than any page of the corpus has.
const maxBody = 256 << 20

// fetch asks for a page as a browser that navigates to it, without anything that tells who or where the visitor is.
func (g *gateway) fetch(ctx context.Context, p *page, cookie string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url+p.address.RequestURI(), nil)
	if err != nil {
		return answer{}, err
	}
	request.Host = p.address.Host
	request.Header.Set(pageHeader, p.ID)
	request.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	request.Header.Set("Sec-Fetch-Dest", "document")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	response, err := g.client.Do(request)
	if err != nil {
		return answer{broken: err}, ctx.Err()
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode}
	a.body, a.broken = io.ReadAll(io.LimitReader(response.Body, maxBody))
	return a, ctx.Err()
}

// refused says that the page did not come, or not whole.
func (a *answer) refused() bool { return a.status != http.StatusOK || a.broken != nil }

func (a *answer) refusal(p *page) string {
	if a.broken != nil {
		return fmt.Sprintf("%s: status %d, broken off: %v", p.ID, a.status, a.broken)
	}
	return fmt.Sprintf("%s: status %d: %s", p.ID, a.status, a.body[:min(len(a.body), 1000)])
}

var errConsent = errors.New("the gateway did not take the consent")

// consent grants purposes, and gives the cookie in which the gateway keeps that.
func (g *gateway) consent(ctx context.Context, grant []string) (string, error) {
	const host = "www.example.com"
	form := url.Values{"grant": grant}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/.privacy/consent", strings.NewReader(form))
	if err != nil {
		return "", err
	}
	request.Host = host
	request.Header.Set("Origin", "http://"+host)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := g.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest || len(response.Cookies()) == 0 {
		return "", fmt.Errorf("%w: status %d", errConsent, response.StatusCode)
	}
	var pairs []string
	for _, c := range response.Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; "), nil
}
