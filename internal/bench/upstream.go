package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/privet-gateway/privet/internal/bench/documents"
)

// upstream serves the documents.
type upstream struct {
	listener net.Listener
	server   *http.Server
}

// huge is how many bytes the document for the memory figure has.
const huge = 1 << 30

func startUpstream() (*upstream, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a listener of this command
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for name, size := range map[string]int{"1k": 1 << 10, "10k": 10 << 10, "100k": 100 << 10, "10m": 10 << 20} {
		people, customers := documents.People(size), documents.Customers(size)
		serve(mux, "/people/"+name, people, "")
		for _, folder := range []string{"/free/", "/customers/", "/many/"} {
			serve(mux, folder+name, customers, "")
			serve(mux, folder+name+".gz", compressed(customers), "gzip")
		}
	}
	serve(mux, "/people/one", documents.OnePerson(10<<10), "")
	page := documents.FrontPage(50 << 10)
	servePage(mux, "/page", func() []byte { return page })
	var number atomic.Uint64
	const root = `<html lang="en"`
	doctype, rest, _ := bytes.Cut(page, []byte(root))
	servePage(mux, "/page/new", func() []byte {
		return slices.Concat(doctype, fmt.Appendf(nil, root+` data-number="%020d"`, number.Add(1)), rest)
	})
	mux.HandleFunc("GET /people/1g", serveHuge)
	u := &upstream{listener: listener, server: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}}
	go func() { _ = u.server.Serve(listener) }() // ends with close
	return u, nil
}

// serve answers a path with a document.
func serve(mux *http.ServeMux, path string, body []byte, coding string) {
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		_, _ = w.Write(body) // a client that leaves is no fault of ours
	})
}

// servePage answers a path with a page.
func servePage(mux *http.ServeMux, path string, page func() []byte) {
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		body := page()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // as above
	})
}

// compressed is a body as a server sends it, at zlib's own level.
func compressed(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // into memory
	_ = w.Close()        // likewise
	return b.Bytes()
}

// serveHuge writes one document of a gigabyte from a block that it repeats.
func serveHuge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	block := documents.People(1 << 20)
	block = block[len(`{"people":[`) : len(block)-len(`],"next":null}`)]
	_, err := w.Write([]byte(`{"people":[`))
	for sent := 0; sent < huge && err == nil; sent += len(block) + 1 {
		if sent > 0 {
			_, err = w.Write([]byte{','})
		}
		if err == nil {
			_, err = w.Write(block)
		}
	}
	_, _ = w.Write([]byte(`],"next":null}`)) // a client that leaves is no fault of ours
}

func (u *upstream) address() string { return u.listener.Addr().String() }

func (u *upstream) close() { _ = u.server.Close() } // the command ends here
