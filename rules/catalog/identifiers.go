package catalog

// Identifiers are header fields of one sort by which a device or a network connection is told from others.
type Identifiers struct {
	Word   string   // of the policy language, under identifiers
	Fields []string // names as they are usually written; case and "_" for "-" make no difference
	Source string
}

// IdentifierFields are the sorts, in the order of the language. The caller must not change them.
func IdentifierFields() []Identifiers { return identifiers }

// Hints that every request carries anyhow (Sec-CH-UA, -Mobile, -Platform) are of low entropy, and not in the table.
//
//nolint:gochecknoglobals // a table that never changes
var identifiers = []Identifiers{
	{
		Word: "client_address",
		Fields: []string{
			"X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For", "Forwarded-For",
			"X-Remote-IP", "X-Remote-Addr", "X-ProxyUser-IP", "Proxy-Client-IP", "WL-Proxy-Client-IP", "True-Client-IP", "CF-Connecting-IP",
			"CF-Connecting-IPv6", "CF-Pseudo-IPv4", "Fastly-Client-IP", "Fly-Client-IP", "CloudFront-Viewer-Address", "X-Appengine-User-IP",
			"X-Azure-ClientIP", "X-Azure-SocketIP", "X-Envoy-External-Address", "X-Nf-Client-Connection-IP", "X-Vercel-Forwarded-For",
			"X-Vercel-Proxied-For", "DO-Connecting-IP", "Ali-Cdn-Real-IP", "Cdn-Src-IP",
		},
		Source: "RFC 7239; the documentation of Akamai, Azure, Cloudflare, CloudFront, DigitalOcean, Envoy, Fastly, Fly.io, Google App Engine, Netlify, nginx, Oracle WebLogic and Vercel",
	},
	{
		Word: "client_hints",
		Fields: []string{
			"Sec-CH-UA-Model", "Sec-CH-UA-Platform-Version", "Sec-CH-UA-Full-Version-List", "Sec-CH-UA-Full-Version", "Sec-CH-UA-Arch",
			"Sec-CH-UA-Bitness", "Sec-CH-UA-WoW64", "Sec-CH-UA-Form-Factors", "Sec-CH-Device-Memory", "Device-Memory", "Sec-CH-DPR", "DPR",
			"Sec-CH-Width", "Width", "Sec-CH-Viewport-Width", "Viewport-Width", "Sec-CH-Viewport-Height", "Downlink", "RTT",
			"ECT", //nolint:misspell // the effective connection type
		},
		Source: "WICG, User-Agent Client Hints and Client Hints Infrastructure; Device Memory; Network Information; Responsive Image Client Hints",
	},
	{
		Word: "device_ids",
		Fields: []string{
			"X-Device-Id", "Device-Id", "X-Device-Identifier", "X-Device-UUID", "X-Device-Token", "X-Device-Fingerprint", "X-Advertising-Id",
			"Advertising-Id", "X-Ad-Id", "X-IDFA", "IDFA", "X-IDFV", "IDFV", "X-GAID", "GAID", "X-AAID", "AAID", "X-OAID", "OAID",
			"X-Android-Id", "X-UDID", "X-Installation-Id", "X-Firebase-Installation-Id", "X-IMEI", "IMEI", "X-Mac-Address",
		},
		Source: "names by which apps and their SDKs commonly send Apple's IDFA and IDFV, Google's advertising id, the OAID and ids of their own",
	},
	{
		Word: "subscriber_ids",
		Fields: []string{
			"X-UIDH", "X-ACR", "X-VF-ACR", "X-MSISDN", "MSISDN", "X-Nokia-MSISDN", "X-H3G-MSISDN", "X-UP-Calling-Line-ID", "X-UP-SUBNO",
			"X-WAP-Network-Client-MSISDN", "X-Network-Info", "X-IMSI", "IMSI", "X-Piper-ID", "X-AMobile-ID",
		},
		Source: "Mulliner, Privacy Leaks in Mobile Phone Internet Access (2010); Access Now, The Rise of Mobile Tracking Headers (2015)",
	},
}
