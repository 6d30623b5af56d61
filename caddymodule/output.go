package caddymodule

import (
	"bytes"
	"sync"
)

// heldOutput is how much filtered output waits for the response header, which waits so that a refusal can still be a 502.
const heldOutput = 32 << 10

const (
	// heldPage is how much of a page as it came waits, which is what the server holds back of any response that nobody
	// flushes.
	heldPage = 4 << 10
	// wholePage is how much of a page waits while there is no need to wait: more of it is here already, or all of it is. A
	// page that goes out at once takes fewer writes, and its length can be told.
	wholePage = 64 << 10
	// fullPiece is what a proxy reads at once; whoever fills that has sent more.
	fullPiece = 32 << 10
)

// outputs are the buffers that output waits in.
var outputs = sync.Pool{New: func() any { return new(bytes.Buffer) }} //nolint:gochecknoglobals // a pool

// emitter is the writer's end behind the coder.
type emitter struct{ w *responseWriter }

func (e emitter) Write(p []byte) (int, error) { return len(p), e.w.emit(p) }

// emit holds output until the header may go.
func (w *responseWriter) emit(p []byte) error {
	if w.over {
		return errRefused
	}
	if w.reading != nil && w.how == edit {
		w.reading.Went(p)
	}
	if gone := min(w.skip, len(p)); gone > 0 {
		w.skip -= gone
		p = p[gone:]
	}
	if !w.sent && w.how == edit {
		if w.held == nil {
			w.held = outputs.Get().(*bytes.Buffer) //nolint:forcetypeassert // the pool's own
		}
		if w.streams || w.held.Len()+len(p) <= heldOutput {
			w.held.Write(p)
			if w.streams && w.taken > heldPage && !w.waits() {
				return w.send()
			}
			return nil
		}
	}
	if err := w.send(); err != nil {
		return err
	}
	_, err := w.ResponseWriter.Write(p)
	return err
}

// waits says that a page may wait a little longer: what is missing of it is about to come, or nothing is.
func (w *responseWriter) waits() bool {
	return w.held.Len() <= wholePage && (w.full || w.taken == w.length)
}

// send sends the header and what waited for it.
func (w *responseWriter) send() error {
	if w.sent || w.over {
		return nil
	}
	w.sent = true
	w.passes.Store(true)
	w.ResponseWriter.WriteHeader(w.status)
	if w.held == nil {
		return nil
	}
	_, err := w.ResponseWriter.Write(w.held.Bytes())
	w.drop()
	return err
}

// drop gives back what output waited in.
func (w *responseWriter) drop() {
	if w.held != nil {
		w.held.Reset()
		outputs.Put(w.held)
		w.held = nil
	}
}
