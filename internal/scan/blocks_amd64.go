package scan

import "golang.org/x/sys/cpu"

//go:generate go run -C gen . -out ../find_amd64.s -stubs ../find_amd64.go -pkg scan

// vectors says that the processor knows all that the assembly uses.
//
//nolint:gochecknoglobals // of the machine, never written to
var vectors = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasPOPCNT && cpu.X86.HasPCLMULQDQ

// blocks is Find for whole blocks.
func (s *State) blocks(dst []uint32, p []byte) int {
	if !vectors {
		return s.portable(dst, p)
	}
	state := [4]uint64{s.escaped, s.inside, s.scalar, s.beyond}
	n := find(&dst[0], &p[0], len(p)/blockBytes, &state)
	s.escaped, s.inside, s.scalar, s.beyond = state[0], state[1], state[2], state[3]
	return n
}
