// Package blocklist is URL patterns of recipients, matched fast: whose a host, a URL or a piece of script is.
//
// # Why three kinds of mark
//
// A host serves one recipient alone, a URL mark tells recipients apart that share a host, and a snippet is text by which a
// recipient's tag is set up inline. A URL mark goes before a host mark, because it says more; a longer one goes before a
// shorter one.
//
// # Why scripts are searched and not parsed
//
// What a script will fetch cannot be known without running it. What can be known is that the recipient's host, or the
// call that sets its tag up, stands in the text. One automaton looks for all of them in one pass, and only a hit is looked
// at closely. White space is passed over and quotes are alike, since each minifier writes them in its own way.
package blocklist
