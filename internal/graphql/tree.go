package graphql

import "slices"

// Tree is what the keys of the responses to some queries stand for; as Names it is that of the whole response. It is
// immutable and safe for concurrent use. A document without operations has a tree without keys.
//
// A response is one of these or an array of them (GraphQL over HTTP, section 6; errors and extensions have no keys of
// the query):
//
//	{"data": …, "errors": …, "extensions": …}
//	{"incremental": [{"data" or "items": …, "path" or "id": …}], "hasNext": …}    what was deferred or streamed
//	{"data" or "items": …, "path": …, "hasNext": …}                               the same, as it was once written
//	{"payload": …}                                                                one of the above, in a message
type Tree struct {
	data        *node
	any         *node // knows each key of the tree, at whatever place it stands there
	patch       patch
	incremental bool
	weight      int
}

// node is one place of the response: an object, or the objects of an array.
type node struct {
	keys map[string]key
}

type key struct {
	fields []string // sorted
	below  *node    // nil where nothing is selected inside
}

// patch is Names of the elements of `incremental`. Whose fields they are stands in their path, which may follow them, so
// a key there stands for all that it stands for anywhere.
type patch struct{ any *node }

// Incremental reports whether a query asks for parts of its response to come later (@defer, @stream). They come below
// `incremental`, so a path that leads from `data` to a field does not lead to what comes there.
func (t *Tree) Incremental() bool { return t.incremental }

// Named implements Names.
func (t *Tree) Named(name []byte) (fields []string, below Names) {
	switch string(name) {
	case "data":
		if t.incremental {
			return nil, t.any
		}
		return nil, t.data
	case "items":
		return nil, t.any
	case "incremental":
		return nil, &t.patch
	case "payload":
		return nil, t
	default:
		return nil, nil
	}
}

// Named implements Names.
func (p *patch) Named(name []byte) (fields []string, below Names) {
	switch string(name) {
	case "data", "items":
		return nil, p.any
	default:
		return nil, nil
	}
}

// Named implements Names.
func (n *node) Named(name []byte) (fields []string, below Names) {
	k, ok := n.keys[string(name)]
	if !ok || k.below == nil {
		return k.fields, nil
	}
	return k.fields, k.below
}

// anywhere joins the keys of all nodes in one that leads nowhere but to itself.
func anywhere(nodes []*node) *node {
	joined := map[string]map[string]bool{}
	deep := map[string]bool{}
	for _, n := range nodes {
		for name, k := range n.keys {
			if joined[name] == nil {
				joined[name] = map[string]bool{}
			}
			for _, field := range k.fields {
				joined[name][field] = true
			}
			deep[name] = deep[name] || k.below != nil
		}
	}
	all := &node{keys: make(map[string]key, len(joined))}
	for name, fields := range joined {
		k := key{fields: sorted(fields)}
		if deep[name] {
			k.below = all
		}
		all.keys[name] = k
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
