// Package guard is the script that holds back in the browser what a page's own scripts would ask for.
//
// The gateway removes what a page's markup refers to. What inline scripts and tag managers add later has no tag, hence the
// guard: it stands before any other script, wraps what requests are made with, and lets none of them go to a party that is
// not let through for this visitor. docs/browser.md says of each way to make a request what the guard does and what gets
// round it.
//
// # Why the assets know no visitor
//
// An asset holds the marks of all parties, and a small attribute of the tag says who is held. So a browser keeps the asset
// for good, under a name that is a digest of it, and a choice costs no other download. The attribute is no secret: it says
// what the visitor chose, to the visitor's own page.
//
// # Why marks are hashes
//
// The guard with the whole catalogue is to be at most 8 KB compressed. Names of hosts take much of that, and a hash of 28
// bits says as much. Two or three are looked up for a host, so that about one in 100,000 hosts is mistaken for another's.
// URLs and hosts with stars inside are few, and stay text.
//
// # Why there is a second file
//
// Stand-ins for the vendors' own functions and the names of cookies have no room beside that. They share a file, of at most
// 9 KB: a page waits for each before its own scripts, and of those who hold anything back nearly all need both. Names of
// cookies stay text. As hashes the database's would take 1 KB less, but a cookie has up to as many beginnings as it has
// letters, and a site's own that is mistaken for a tracker's is a login that does not last. Who may keep a cookie hangs on
// its purpose alone, as in the gateway, so that both say the same of every name.
//
// # Why the browser itself fires the errors
//
// A held request is not dropped but sent where it cannot arrive: an attribute gets a URL that no parser takes, a connection
// a port that browsers refuse. Then the error comes from the browser, at its time and with its type, and page code meets
// what it meets where a visitor blocks trackers, which it has been tried with. Wrapping is by proxies, so functions keep
// their names, lengths and prototypes. Whatever fails in the guard, the page gets what it asked for: it is the gateway that
// fails closed.
//
// # Lists
//
// Most rules of a list are a host. They come as sets of hashes in Rice's code, some 20 bits a host, at most 120 KB a set;
// the rules that need comparing come as text, ordered by what a URL must have to match. An engine of a few KB, which is held
// against blocklist.Engine request by request, asks both. So what the gateway blocks in markup the browser blocks at run
// time, save for what lists say of pages, windows and parameters of URLs.
//
// # How the sources are written
//
// The scripts are made of the *.js files beside this one, without comments, indentation and needless blanks. What does that
// is a few lines that rely on how the sources are written, which a test holds them to: a comment has lines of its own,
// strings have double quotes, regular expressions hold no blanks.
package guard
