package graphql

// What is beyond these is refused as TooLarge. The queries that people write stay far below: servers allow about
// 15,000 tokens where they count.
const (
	maxText    = 256 << 10 // bytes of one query
	maxTexts   = 1 << 20   // bytes of all queries of a request, and of all that is kept of it
	maxQueries = 128       // different queries of one request
	maxTokens  = 20_000    // of one query, comments counted
	maxDepth   = 500       // braces, brackets and parentheses open at once in a query
	maxNodes   = 10_000    // places with different keys in one tree
	maxKeys    = 50_000    // keys of all nodes of a tree
	maxSteps   = 400_000   // selections looked at while a tree is made: one is met again at each place that it is spread to
)
