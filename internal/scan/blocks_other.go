//go:build !amd64

package scan

// blocks is Find for whole blocks.
func (s *State) blocks(dst []uint32, p []byte) int { return s.portable(dst, p) }
