// Package blocklist is URL patterns of recipients and lists in Adblock syntax, matched fast: whose a host, a URL or a piece
// of script is, and whether a list blocks a request.
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
//
// # Lists in Adblock syntax
//
// Lists hold tens of thousands of rules of which a URL meets two or three. So each rule is kept under one key that a URL
// must have to match, the rarest of its pattern, and a URL's keys are read in one pass; only rules under them are
// compared. Most rules are a host, whose key is exact. A list is one text and fixed-size records with offsets into it, so
// that 54,000 rules take 4 MiB and the collector has nothing to follow.
//
// Three syntaxes go by one name. Where they differ, the rules here are uBlock Origin's, since its lists use most of what is
// there: a line that is a host alone is "||host^", removeparam is for pages as well as for what they fetch, an exception
// with $document is for the page's own request alone. Of domains of which some are excluded the closest decides, as Adblock
// Plus has it, and an important exception undoes even an important rule, as AdGuard has it. What is redirected is
// blocked: its host is not to be asked. A rule with an option that is not known here does not act and is reported.
package blocklist
