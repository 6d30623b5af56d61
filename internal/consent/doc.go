// Package consent is choices, preferences, notice and assets as an http.Handler over narrow interfaces.
//
// Answer answers for every public path: `consent`, where a choice is made, read and withdrawn, the pages `preferences` and
// `notice`, the style sheets under `assets/`, and the site's stance on Global Privacy Control. A Prompt is what a filter
// puts into the site's own pages. Nothing here needs a script.
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
// # Why no box stands ticked that nobody ticked
//
// A grant of any purpose, whatever its basis, lets it use the device (ePrivacy Art. 5(3)). A form that showed a
// legitimate interest as a ticked box would make that grant out of a person's silence as soon as they saved something
// else; so would consent in a place where silence permits, and the grant would travel with them to where it does not.
// Hence two boxes: one that grants, which is offered and empty until it was granted, and one that refuses, where silence
// permits, with the id under `leave`: shown, and as it was unless it is named elsewhere. A grant from before that does
// not count now (GPC, a restriction) is shown empty too: what makes it count is a new act.
//
// # Why the prompt acts on what it shows
//
// "Refuse all" and "Accept all" name the purposes that were asked, rather than `all`, which would also object to
// interests and grant categories that were not shown. Both are the same element in the same form: nothing in the style
// sheet can tell them apart. What GPC refuses is told and refused by both; only a box of its own, where the policy lets a
// choice stand against the signal, allows it.
//
// # Why the prompt is ASCII, well-formed, and all important
//
// It stands in pages that are not ours: of any encoding that a filter reads, XHTML among them, under any style sheet and
// any Content-Security-Policy that lets the site's own style in. Every rule of its sheet is under one id and important.
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
// the browser sent that the new decision does not keep are expired in the same answer. A browser does not tell their Domain
// and Path, so each is expired for every domain from the host to the registrable one, for the root and the folders of the
// page that the choice was made on, and in the jar of partitioned cookies, likeliest first, in at most 64 lines of 8 KiB. What
// the bound leaves is expired with the pages that follow, and reaches no upstream. A cookie of another domain than the
// site's, and a Secure one where the site is asked without TLS, is not ours to expire.
package consent
