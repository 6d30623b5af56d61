package guard

import (
	"crypto/sha256"
	"encoding/hex"
)

// Asset is a file that the gateway serves. Its name holds a digest of its text, hence a browser may keep it for good.
type Asset struct {
	Name string // such as "guard.3f2a90c1d4e5b6a7.js"
	Type string // the media type
	Text []byte // not to be written to
	Sum  [sha256.Size]byte
}

func newAsset(kind, text string) Asset {
	return Asset{
		Name: kind + "." + digest(text) + ".js", Type: "text/javascript; charset=utf-8", Text: []byte(text), Sum: sha256.Sum256([]byte(text)),
	}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
