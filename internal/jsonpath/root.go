package jsonpath

// SelectsRoot says that some path selects the document itself.
func (set *Set) SelectsRoot() bool { return len(set.start.accept) > 0 }
