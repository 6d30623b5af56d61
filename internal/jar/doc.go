// Package jar keeps what a browser holds to its time: it dates cookies, and writes the lines that delete them; it imports
// nothing of this module.
//
// # Why cookies are dated
//
// A cap on each Max-Age is no cap on a life: a server that sets its cookie again on every visit, as most do, lets it live
// for ever. Trackers are to live 13 months at most and not to be renewed by a visit (CNIL, guidelines on cookies and other
// trackers of 2020-09-17, Art. 5). The gateway keeps no state of visitors, and a browser does not tell when it got a
// cookie, so the browser itself is given that to keep: a companion cookie with the day on which each cookie with a cap was
// first seen. It holds days and 24 bits of names, nothing of a value and nothing that is not known from the other cookies of
// the same request, and it goes to no upstream.
//
// # What the companion does not promise
//
// It is not signed, as the script in the page writes it, too. Whoever removes it, which the page's own scripts can, begins
// all lives anew; whoever damages it ends them. Each host has its own.
//
// # Why deletions come as a ladder
//
// A cookie is deleted by its name, Domain and Path together (RFC 6265bis 5.7), and a browser tells only its name. So a line
// is sent for each Domain and Path that it may have, likeliest first, within a bound.
package jar
