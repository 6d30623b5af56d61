package filter

// splicer puts together what goes out of a buffer: runs of its bytes as they are, and text in between. It copies nothing
// until something changes.
type splicer struct {
	buf     []byte
	out     []byte // what goes out, once something has changed
	kept    int    // where the run begins that is not in out yet
	done    int    // bytes that are settled
	taken   int    // bytes that tokens have taken; those beyond done wait for more to be known
	changed bool
}

// keep lets everything up to a place go out as it is.
func (s *splicer) keep(to int) { s.done = to }

// drop leaves out everything up to a place.
func (s *splicer) drop(to int) {
	s.flush()
	s.done, s.kept, s.changed = to, to, true
}

// write puts text behind what is settled.
func (s *splicer) write(text []byte) {
	s.flush()
	s.out = append(s.out, text...)
	s.changed = true
}

func (s *splicer) flush() {
	s.out = append(s.out, s.buf[s.kept:s.done]...)
	s.kept = s.done
}

// finish gives what goes out.
func (s *splicer) finish() []byte {
	if !s.changed {
		return s.buf[:s.done]
	}
	s.flush()
	return s.out
}
