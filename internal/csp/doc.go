// Package csp reads and writes Content Security Policies (CSP Level 3): it lets files of our own into pages whose policies
// would keep them out, limits pages to hosts, and reads what browsers report.
//
// # Why nothing of a site's policy is rewritten
//
// A site's policy is its own protection. A Gate puts one source into it at most, for one file; what the policy says of
// everything else is the same afterwards, which a test holds against a reader written from the standard's text. To limit a
// page further there is another policy beside its own: browsers enforce each by itself.
//
// # Why a hash is the last resort
//
// A hash or a nonce in a source list turns 'unsafe-inline' off (CSP3 6.7.3.2, "Does a source list allow all inline
// behavior"), so a list that relies on it gets a path. With 'strict-dynamic' paths count for nothing and
// 'unsafe-inline' is off already, so a hash does no harm; it counts for an external script that bears the same hash as
// its integrity (CSP3 8.4), which Chromium knows since 59, Safari since 15.6 and Firefox since 116.
//
// # Policies in a page's own markup
//
// A policy in a meta element holds from where it stands (HTML 4.2.5.3, "Content security policy state"), and adds to those
// of the header. So a Gate is told of each as it goes by, and the nonce that our scripts bear is settled by the first that
// has one. Scripts that have been loaded are past what comes later. report-uri, frame-ancestors and sandbox mean nothing
// there.
package csp
