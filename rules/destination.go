package rules

import "github.com/privet-gateway/privet/internal/blocklist"

// Destination is what a browser fetches a URL for (Fetch, "request destination"), as far as lists tell kinds apart.
type Destination uint8

// The destinations.
const (
	ToOther Destination = iota // a manifest, a prefetch, whatever is none of the others
	ToScript
	ToImage
	ToStyle
	ToFrame
	ToObject // embed and object
	ToMedia
	ToFont
	ToFetch // fetch, XMLHttpRequest, EventSource
	ToPing  // ping, sendBeacon, reports
	ToSocket
	ToDocument // the page itself
	ToAny      // whatever may be fetched there: a host of which nothing else is known
)

// listType is the destination as lists name it.
func (d Destination) listType() blocklist.Type {
	return [...]blocklist.Type{
		ToOther: blocklist.Other, ToScript: blocklist.Script, ToImage: blocklist.Image, ToStyle: blocklist.Stylesheet,
		ToFrame: blocklist.Subdocument, ToObject: blocklist.Object, ToMedia: blocklist.Media, ToFont: blocklist.Font,
		ToFetch: blocklist.XHR, ToPing: blocklist.Ping, ToSocket: blocklist.WebSocket, ToDocument: blocklist.Document,
		ToAny: blocklist.Other,
	}[d]
}
