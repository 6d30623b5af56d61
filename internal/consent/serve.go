package consent

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Root is the folder of the public paths.
const Root = "/.privacy/"

// The names below Root.
const (
	consentName     = "consent"
	preferencesName = "preferences"
	noticeName      = "notice"
	assetsFolder    = "assets/"
	// supportName is the one that stands at a path of its own.
	supportName = "gpc.json"
	supportPath = "/.well-known/gpc.json"
)

// Name is what Answer calls a path, and whether the path is one that this package answers for. Below Root every path
// is: what does not exist there is not the upstream's to answer.
func Name(path string) (name string, ours bool) {
	if path == supportPath {
		return supportName, true
	}
	return strings.CutPrefix(path, Root)
}

// Answer answers for a public path by its name: "consent", "preferences", "notice", "assets/" and a file's name, and
// "gpc.json". Any other is 404. The answer is always written here. An error is for the log, and holds nothing of the
// request: a choice could not be recorded, or an answer could not be made or sent.
func Answer(w http.ResponseWriter, r *http.Request, name string, x Exchange) error {
	file, isAsset := strings.CutPrefix(name, assetsFolder)
	a := assets[file]
	known := isAsset && a != nil
	switch name {
	case consentName:
		return serveConsent(w, r, &x)
	case preferencesName, noticeName, supportName:
		known = true
	}
	switch {
	case !known:
		w.Header().Set("Cache-Control", "no-store")
		return refuse(w, &problem{status: http.StatusNotFound, detail: "there is nothing here"})
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return notAllowed(w, "GET, HEAD")
	case isAsset:
		a.serve(w, r)
		return nil
	case !x.complete():
		return incomplete(w)
	case name == supportName:
		return writeSupport(w, &x)
	}
	personal(w.Header())
	if name == noticeName {
		return writeNotice(w, r, &x)
	}
	return writePreferences(w, r, &x)
}

// personal marks an answer as one visitor's.
func personal(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Cookie, Sec-GPC")
}

func notAllowed(w http.ResponseWriter, allowed string) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Allow", allowed)
	return refuse(w, &problem{status: http.StatusMethodNotAllowed, detail: "this path answers " + allowed})
}

func incomplete(w http.ResponseWriter) error {
	w.Header().Set("Cache-Control", "no-store")
	_ = refuse(w, &problem{status: http.StatusInternalServerError, detail: "the page could not be made"})
	return fmt.Errorf("making a page: %w", errExchange)
}

func writeJSON(w http.ResponseWriter, status int, mediaType string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if _, err := w.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	return nil
}
