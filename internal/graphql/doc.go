// Package graphql tells which fields the keys of a GraphQL response stand for, from the query of its request.
//
// A query may give any name to what it asks for (an alias), so a rule about `email` says nothing of a response whose
// key is `contact`. Why it is built as it is:
//
//   - Whoever writes the query chooses the aliases, and may be the one whom a rule is to stop. So what could be read in
//     two ways is refused, and what runs on conditions (types, @include, which operation, which of two members of one
//     name) is taken to run: a key then stands for several fields, and a rule about any of them holds.
//   - The parser is gqlparser's (MIT): of those written in Go the one that is looked after, which follows the drafts,
//     counts tokens, and stops at a depth. Its validator and its schemas are not used. Where it and others are known to cut
//     a text differently, the outline refuses; nesting is counted there, before anything recurses.
//   - A tree is a graph: equal sets of selections share a node. Fragments that double a response with each level do not
//     double the tree, and what is derived from a node is derived once.
//   - A request is read as it goes by, since its body is on its way to the server at the same time: Recorder keeps what
//     names a query and nothing else. What servers read in different places (URL and body, two members of one name, names in
//     another case, fields of a form) is all noted, and what is noted is joined.
//   - A stored query (a hash or an id in place of the text) says nothing of its keys. By hash the text may be known from an
//     earlier request, and if not, the protocol has an answer that makes the client send it; by id it is refused.
//   - Text that does not begin as GraphQL does (the words of a search are also sent as `query`) is Foreign, so that it can
//     be told from a query that is refused.
package graphql
