// Package consent is choices, preferences, notice and assets as an http.Handler over narrow interfaces.
//
// In this version it answers the `consent` path (Serve): a choice is made, read and withdrawn there. Each further path
// will be a function beside it that takes the same Exchange.
//
// # Why an Exchange
//
// What a cookie looks like, where the visitor is and what the law says there are other stages' knowledge. The caller,
// who calls all stages, hands over the decision on the request as it came, and one function that makes a choice and
// decides anew. The state that is reported is thus the one under which the next request will be judged.
//
// # Why so many ways to say no
//
// A refusal beats a grant of the same id, in one form as among sources. An id that was offered and not named is refused,
// since a browser does not send an unchecked box. `grant: all` takes in what rests on consent, the categories that a
// person may refuse, and what was offered; `refuse: all` also objects (GDPR Art. 21) to legitimate interests and public
// tasks. What is strictly necessary is never recorded: nobody asks for it. A choice on a contract or a legal obligation
// is recorded, since it governs what may be stored on the device, and leaves `permitted` as it was.
//
// # Why a sibling host is a stranger
//
// `Sec-Fetch-Site: same-site` is another origin of the same registrable domain, often another tenant's. A grant is to be
// given where it was asked for, so such a request is refused as a cross-site one is, and so is a word that is none of
// the standard's. `same-origin`, `none` and absence pass, as long as Origin names no other host.
//
// # Why the cookie is HttpOnly
//
// No script needs to read it: GET on this path tells what it means, which its text alone does not. In return no tag can
// delete it, which is how consent gets lost, or write a grant over a refusal.
//
// # Why a choice expires cookies
//
// To withdraw must be as easy as to consent (GDPR Art. 7(3)), by DELETE and by an unchecked box alike. Whatever cookies
// the browser sent that the new decision does not keep are expired in the same answer.
package consent
