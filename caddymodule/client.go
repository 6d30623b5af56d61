package caddymodule

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// varClient is where the client's address lies among Caddy's variables as it was before a handler acted on it: matchers
// and handlers further in judge by where a visitor really is.
const varClient = "privacy.client_ip"

// The keys by which placeholders tell where a connection comes from.
const (
	keyRemote     = "http.request.remote"
	keyRemoteHost = "http.request.remote.host"
	keyRemotePort = "http.request.remote.port"
)

// disguise acts on the client's address where a label says so, for the handlers behind us: reverse_proxy writes it into
// X-Forwarded-For and the PROXY protocol, FastCGI into its environment, placeholders tell it, and matchers ask for it.
// What it gives makes it what it was, since access logs, which are the operator's, are written in front of us.
func (x *exchange) disguise(r *http.Request) (restore func()) {
	tally := &x.tally
	if x.again {
		tally = &filter.Tally{} // it is the same address, counted once
	}
	peer, isAddress := peerOf(r.RemoteAddr)
	if !x.enforcing() {
		x.plan.ClientAddress(x.decision, peer, tally)
		return func() {}
	}
	d := x.toward(rules.Request)
	acted, labelled := x.plan.ClientAddress(d, peer, tally)
	client, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	shown := x.shownClient(d, client)
	if !labelled || acted == peer && shown == client {
		return func() {}
	}
	remote, forwarded := r.RemoteAddr, r.Header["X-Forwarded-For"]
	if isAddress { // a socket of the machine itself has none
		if acted == "" {
			r.Header["X-Forwarded-For"] = nil // by which reverse_proxy knows not to write one
			acted = nowhere(peer)
		}
		x.standFor(r, acted)
	}
	outer := caddyhttp.GetVar(r.Context(), varClient)
	if outer == nil {
		caddyhttp.SetVar(r.Context(), varClient, client)
	}
	caddyhttp.SetVar(r.Context(), caddyhttp.ClientIPVarKey, shown)
	return func() {
		r.RemoteAddr = remote
		if r.Header["X-Forwarded-For"] == nil {
			r.Header["X-Forwarded-For"] = forwarded
		}
		if forwarded == nil {
			delete(r.Header, "X-Forwarded-For")
		}
		caddyhttp.SetVar(r.Context(), caddyhttp.ClientIPVarKey, client)
		caddyhttp.SetVar(r.Context(), varClient, outer)
		if outer == nil {
			x.forgetRemote()
		}
	}
}

// standFor puts another address in the place of the connection's. The port goes: behind a shared address it tells people
// apart.
func (x *exchange) standFor(r *http.Request, host string) {
	r.RemoteAddr = net.JoinHostPort(host, "0")
	if x.repl == nil {
		return
	}
	// Placeholders may read another copy of the request, and what is set here goes before them.
	x.repl.Set(keyRemote, r.RemoteAddr)
	x.repl.Set(keyRemoteHost, host)
	x.repl.Set(keyRemotePort, 0)
}

func (x *exchange) forgetRemote() {
	if x.repl != nil {
		for _, key := range [...]string{keyRemote, keyRemoteHost, keyRemotePort} {
			x.repl.Delete(key)
		}
	}
}

// shownClient is what stands for the address that Caddy found for a client, by its connection or by a trusted proxy.
func (x *exchange) shownClient(d *rules.Decision, client string) string {
	host, isAddress := peerOf(client)
	if !isAddress {
		return client
	}
	acted, labelled := x.plan.ClientAddress(d, host, &filter.Tally{})
	switch {
	case !labelled, acted == host:
		return client
	case acted == "":
		return nowhere(host)
	default:
		return acted
	}
}

// peerOf takes the port from an address; one that a unix socket has is none.
func peerOf(remote string) (host string, isAddress bool) {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	_, err = netip.ParseAddr(host)
	return host, err == nil
}

// nowhere is the address of nobody, of the family that an address is of.
func nowhere(address string) string {
	if addr, err := netip.ParseAddr(address); err == nil && addr.Is6() && !addr.Is4In6() {
		return netip.IPv6Unspecified().String()
	}
	return netip.IPv4Unspecified().String()
}
