package main

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// pageHeader tells the origin which page is meant: two may have the same URL.
const pageHeader = "Corpus-Page"

// origin is the site behind the gateway: it serves every page.
type origin struct {
	listener net.Listener
	server   *http.Server
}

func startOrigin(address string, pages []*page) (*origin, error) {
	listener, err := net.Listen("tcp", address) //nolint:noctx // a listener of this command
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*page, len(pages))
	for _, p := range pages {
		byID[p.ID] = p
	}
	serve := func(w http.ResponseWriter, r *http.Request) {
		p, ok := byID[r.Header.Get(pageHeader)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset="+p.Charset)
		w.Header().Set("Content-Length", strconv.Itoa(len(p.source)))
		_, _ = w.Write(p.source) // a client that leaves is no fault of ours
	}
	o := &origin{listener: listener, server: &http.Server{Handler: http.HandlerFunc(serve), ReadHeaderTimeout: 10 * time.Second}}
	go func() { _ = o.server.Serve(listener) }() // ends with close
	return o, nil
}

func (o *origin) address() string { return o.listener.Addr().String() }

func (o *origin) close() { _ = o.server.Close() } // the command ends here
