package jsonpath

// Settled is the offset in the input before which no verdict can come any more: that of the outermost value still held,
// or else the end of what was fed.
func (e *Editor) Settled() int64 {
	if len(e.holds) > 0 {
		return e.holds[0].offset
	}
	return e.base
}

// SelectsRoot says that some path selects the document itself.
func (s *Set) SelectsRoot() bool { return len(s.start.accept) > 0 }
