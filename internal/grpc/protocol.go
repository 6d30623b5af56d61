package grpc

import "strings"

// Protocol is how messages stand in a body. The zero value is none chosen, and refuses every byte.
type Protocol uint8

// The protocols.
const (
	_       Protocol = iota
	Native           // gRPC: frames; its trailers are those of HTTP
	Web              // gRPC-web: frames, and one of trailers at the end
	WebText          // gRPC-web in base64, of which each part may be padded
	Connect          // Connect streams: frames, and one of JSON at the end
	Whole            // Connect unary: the body is one message, and compressed by HTTP if at all
)

// Codec is what messages are written in. The zero value is one that cannot be read here.
type Codec uint8

// The codecs.
const (
	_ Codec = iota
	Proto
	JSON
)

// ProtocolOf reads a Content-Type. What is none of these protocols is not found; application/json, in which Connect sends
// unary messages and all errors, is plain JSON and not found either.
func ProtocolOf(contentType string) (p Protocol, c Codec, found bool) {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.Trim(media, " \t"))
	if media == "application/proto" {
		return Whole, Proto, true
	}
	media, suffix, hasSuffix := strings.Cut(media, "+")
	switch media {
	case "application/grpc":
		p = Native
	case "application/grpc-web":
		p = Web
	case "application/grpc-web-text":
		p = WebText
	case "application/connect":
		p = Connect
	default:
		return 0, 0, false
	}
	switch {
	case suffix == "json":
		c = JSON
	case suffix == "proto", !hasSuffix && p != Connect:
		c = Proto
	}
	return p, c, true
}

// EncodingHeader names the header in which a protocol declares how single messages are compressed; "" where it has none.
func (p Protocol) EncodingHeader() string {
	switch p {
	case Native, Web, WebText:
		return "Grpc-Encoding"
	case Connect:
		return "Connect-Content-Encoding"
	default:
		return ""
	}
}

// The bits of a frame's first byte.
const (
	compressed   = 0x01
	connectEnd   = 0x02
	webTrailers  = 0x80
	prefixLength = 5
)

// last is the bit of the frame that ends the stream, and after which nothing may come.
func (p Protocol) last() byte {
	switch p {
	case Web, WebText:
		return webTrailers
	case Connect:
		return connectEnd
	default:
		return 0
	}
}
