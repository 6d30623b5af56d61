package consent

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"time"
)

// hashLength is how many hexadecimal digits of its SHA-256 a name bears. It tells versions apart; it protects nothing.
const hashLength = 12

//go:embed assets
var assetFiles embed.FS

// asset is a file whose name says what is in it, so that a cache may keep it for good.
type asset struct {
	path string // as a page links to it
	hash string
	kind string
	text []byte
}

// assets are all of them, by their names below assets/.
//
//nolint:gochecknoglobals // made once from what is embedded, never written to
var assets = map[string]*asset{}

//nolint:gochecknoglobals // made once from what is embedded, never written to
var (
	promptSheet = newAsset("prompt.css", "text/css; charset=utf-8")
	pageSheet   = newAsset("page.css", "text/css; charset=utf-8")
	embedSheet  = newAsset("embed.css", "text/css; charset=utf-8")
)

func newAsset(file, kind string) *asset {
	text, err := assetFiles.ReadFile("assets/" + file)
	if err != nil {
		panic(err) // it is compiled in
	}
	a := &asset{hash: hash(text), kind: kind, text: text}
	extension := path.Ext(file)
	name := strings.TrimSuffix(file, extension) + "." + a.hash + extension
	a.path = Root + assetsFolder + name
	assets[name] = a
	return a
}

// PromptSheet is the path of the style sheet that a Prompt links to.
func PromptSheet() string { return promptSheet.path }

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:hashLength]
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Etag", `"`+a.hash+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.text))
}
