package graphql

import (
	"slices"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Tree is what the keys of the responses to some queries stand for. It is immutable and safe for concurrent use.
//
// A response is one of these or an array of them (GraphQL over HTTP, section 6; errors and extensions have no keys of
// the query):
//
//	{"data": …, "errors": …, "extensions": …}
//	{"incremental": [{"data" or "items": …, "path" or "id": …}], "hasNext": …}    what was deferred or streamed
//	{"data" or "items": …, "path": …, "hasNext": …}                               the same, as it was once written
//	{"payload": …}                                                                one of the above, in a message
type Tree struct {
	data        *jsonpath.Names
	any         *jsonpath.Names // each key of the tree, at whatever place it stands there
	response    *jsonpath.Names
	aliased     bool
	incremental bool
	weight      int
}

// newTree makes the tree of a response whose data has these nodes, the first of which is its root. Whose fields those of
// `incremental` are stands in their path, which may follow them, so a key there stands for all that it stands for anywhere.
func newTree(nodes []*jsonpath.Names, incremental bool) *Tree {
	t := &Tree{data: nodes[0], any: anywhere(nodes), incremental: incremental}
	for _, key := range t.any.Of {
		t.aliased = t.aliased || len(key.Fields) > 0
	}
	if incremental {
		t.data = t.any
	}
	patch := &jsonpath.Names{Of: map[string]jsonpath.Named{"data": {Below: t.any}, "items": {Below: t.any}}}
	t.response = &jsonpath.Names{}
	t.response.Of = map[string]jsonpath.Named{
		"data": {Below: t.data}, "items": {Below: t.any}, "incremental": {Below: patch}, "payload": {Below: t.response},
	}
	return t
}

// Names gives the names of a response's members; nil where each key bears the name of its field. It is the same for the
// same Tree.
func (t *Tree) Names() *jsonpath.Names {
	if !t.aliased {
		return nil
	}
	return t.response
}

// Incremental reports whether a query asks for parts of its response to come later (@defer, @stream). They come below
// `incremental`, so a path that leads from `data` to a field does not lead to what comes there.
func (t *Tree) Incremental() bool { return t.incremental }

// anywhere joins the keys of all nodes in one that leads nowhere but to itself.
func anywhere(nodes []*jsonpath.Names) *jsonpath.Names {
	joined := map[string]map[string]bool{}
	deep := map[string]bool{}
	for _, n := range nodes {
		for name, k := range n.Of {
			if joined[name] == nil {
				joined[name] = map[string]bool{}
			}
			for _, field := range k.Fields {
				joined[name][field] = true
			}
			deep[name] = deep[name] || k.Below != nil
		}
	}
	all := &jsonpath.Names{Of: make(map[string]jsonpath.Named, len(joined))}
	for name, fields := range joined {
		k := jsonpath.Named{Fields: sorted(fields)}
		if deep[name] {
			k.Below = all
		}
		all.Of[name] = k
	}
	return all
}

func sorted(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for word := range set {
		list = append(list, word)
	}
	slices.Sort(list)
	return list
}
