package caddymodule

import (
	"bytes"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/privet-gateway/privet/internal/coding"
	"github.com/privet-gateway/privet/internal/guard"
)

// filesFolder is where pages find them, below the root of the public paths.
const filesFolder = "assets/"

// file is one of the guard's, which a browser may keep for good since its name tells its text.
type file struct {
	guard.Asset
	stale           *file  // for pages that name another digest; nil where the file serves them, too
	stem, extension string // of the name, around the digest
	forms           func() []form
}

// form is a file in one content coding.
type form struct {
	coding coding.Coding
	text   []byte
}

func newFile(a guard.Asset) *file {
	stem, _, _ := strings.Cut(a.Name, ".")
	f := &file{Asset: a, stem: stem + ".", extension: path.Ext(a.Name)}
	// Compressing takes its time, so it waits for whoever asks first.
	f.forms = sync.OnceValue(func() []form {
		var forms []form
		for _, c := range []coding.Coding{coding.Brotli, coding.Gzip} {
			if text, err := coding.Compressed(c, a.Text); err == nil && len(text) < len(a.Text) {
				forms = append(forms, form{c, text})
			}
		}
		return forms
	})
	return f
}

// answersFor knows the names of the guard and of its second file below the public paths, with whatever digest: a page from
// before a change of policy, or from another server of a fleet, must not go without them. A list's files are of one piece.
func (f *file) answersFor(name string) bool {
	if f.stem != "guard." && f.stem != "second." {
		return false
	}
	name, ours := strings.CutPrefix(name, filesFolder)
	return ours && len(name) > len(f.stem)+len(f.extension) && strings.HasPrefix(name, f.stem) && strings.HasSuffix(name, f.extension) &&
		!strings.Contains(name, "/")
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if f.stale != nil && name != filesFolder+f.Name {
		f.stale.serve(w, r, name)
		return
	}
	chosen := f.choose(r.Header["Accept-Encoding"])
	h.Set("Content-Type", f.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	// A sandboxed frame of the site has an origin of its own, and its page needs the guard as any. The text tells nothing of
	// anybody.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*") // integrity is checked of what is asked for by CORS alone
	h.Add("Vary", "Accept-Encoding")
	if name == filesFolder+f.Name {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-store")
	}
	tag := f.Name
	if chosen.coding != coding.Identity {
		h.Set("Content-Encoding", chosen.coding.String())
		h.Set("Content-Length", strconv.Itoa(len(chosen.text)))
		tag += "." + chosen.coding.String()
	}
	h.Set("Etag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(chosen.text))
}

// choose takes the smallest form that a client reads.
func (f *file) choose(accept []string) form {
	read := coding.Accept(accept)
	for _, form := range f.forms() {
		for said := range strings.SplitSeq(read, ", ") {
			if token, _, _ := strings.Cut(said, ";"); token == form.coding.String() {
				return form
			}
		}
	}
	return form{coding.Identity, f.Text}
}
