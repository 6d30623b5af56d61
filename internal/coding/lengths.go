package coding

// readCounts reads how many codes of each kind a dynamic block describes (RFC 1951 section 3.2.7).
func (z *inflater) readCounts() (halt, error) {
	if !z.in.fill(14) {
		return hungry, nil
	}
	c := &z.counts
	c.literals = int(z.in.take(5)) + 257
	c.distances = int(z.in.take(5)) + 1
	c.lengths = int(z.in.take(4)) + 4
	c.seen = 0
	if c.literals > 286 || c.distances > 30 {
		return hungry, errDeflate
	}
	clear(z.lengths[:lengthCodes])
	z.phase = codeLengths
	return goOn, nil
}

// readCodeLengths reads the code in which the lengths of the others are written.
func (z *inflater) readCodeLengths() (halt, error) {
	order := [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	for ; z.counts.seen < z.counts.lengths; z.counts.seen++ {
		if !z.in.fill(3) {
			return hungry, nil
		}
		z.lengths[order[z.counts.seen]] = uint8(z.in.take(3))
	}
	if !build(z.precode[:], lengthWidth, z.lengths[:lengthCodes], lengthMeaning) {
		return hungry, errDeflate
	}
	z.counts.seen = 0
	z.phase = symbolLengths
	return goOn, nil
}

// readSymbolLengths reads the lengths of the block's own codes, and builds their tables.
func (z *inflater) readSymbolLengths() (halt, error) {
	total := z.counts.literals + z.counts.distances
	for z.counts.seen < total {
		z.in.fill(lengthWidth + 7)
		e := find(z.precode[:], lengthWidth, z.in.hold)
		symbol := e.value()
		extra, shortest := repetition(symbol)
		switch {
		case e == 0 && z.in.n >= lengthWidth:
			return hungry, errDeflate
		case e == 0, e.length()+extra > z.in.n:
			return hungry, nil
		}
		z.in.take(e.length())
		times, length := shortest+int(z.in.take(extra)), uint8(symbol)
		if symbol >= 16 {
			length = 0
		}
		if symbol == 16 {
			if z.counts.seen == 0 {
				return hungry, errDeflate
			}
			length = z.lengths[z.counts.seen-1]
		}
		if z.counts.seen+times > total {
			return hungry, errDeflate
		}
		for range times {
			z.lengths[z.counts.seen] = length
			z.counts.seen++
		}
	}
	return z.buildTables()
}

// repetition gives the extra bits of a symbol that repeats a length, and its least number of times.
func repetition(symbol int) (extra uint, shortest int) {
	switch symbol {
	case 16:
		return 2, 3
	case 17:
		return 3, 3
	case 18:
		return 7, 11
	default:
		return 0, 1
	}
}

func (z *inflater) buildTables() (halt, error) {
	literals := z.lengths[:z.counts.literals]
	distances := z.lengths[z.counts.literals : z.counts.literals+z.counts.distances]
	if literals[256] == 0 || // a block that cannot end
		!build(z.ownLiterals[:], literalWidth, literals, literalMeaning) ||
		!build(z.ownDistances[:], distanceWidth, distances, distanceMeaning) {
		return hungry, errDeflate
	}
	z.literals, z.distances = z.ownLiterals[:], z.ownDistances[:]
	z.phase = symbols
	return goOn, nil
}
