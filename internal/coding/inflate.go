package coding

import "encoding/binary"

const (
	history  = 32 << 10    // how far back a match may reach (RFC 1951 section 2)
	window   = 2 * history // history and what is decoded next
	slack    = 8           // a copy in words may write this far beyond its end
	maxMatch = 258         // bytes
	fastRoom = maxMatch    // what one turn of the fast loop may write
	fastData = 8           // bytes that one refill reads
)

// phase is where in a deflate stream the inflater stands.
type phase uint8

const (
	blockHeader phase = iota
	storedHeader
	storedBytes
	codeCounts
	codeLengths
	symbolLengths
	symbols
	matchDistance
	matchCopy
	streamEnd
)

// halt is why the inflater stopped.
type halt uint8

const (
	hungry halt = iota // the chunk is used up
	full               // the window is, and plain text must be handed over
	ended              // the last block is done
	goOn               // it did not stop
)

// inflater decodes one deflate stream (RFC 1951) and stops wherever its input stops.
type inflater struct {
	in   bitReader
	win  [window + slack]byte
	pos  int // end of what is decoded
	sent int // end of what has been handed over
	past int // where history begins: no match of this stream reaches before it

	phase phase
	last  bool // the current block is the last one

	stored   int // bytes left of a stored block
	length   int // of the match at hand, or what is left of it
	distance int

	counts  struct{ literals, distances, lengths, seen int }
	lengths [literalCodes + distanceCodes]uint8

	literals  []entry // fixed, or ownLiterals
	distances []entry

	precode      [1 << lengthWidth]entry
	ownLiterals  [literalTable]entry
	ownDistances [distanceTable]entry
}

// restart begins a new stream; bits that are in stay.
func (z *inflater) restart() {
	z.past = z.pos
	z.phase = blockHeader
	z.last = false
}

// pending hands over what was decoded since the last call; it is valid until run is called.
func (z *inflater) pending() []byte {
	piece := z.win[z.sent:z.pos]
	z.sent = z.pos
	return piece
}

// slide makes room once all is handed over.
func (z *inflater) slide() {
	if z.pos < window {
		return
	}
	copy(z.win[:history], z.win[z.pos-history:z.pos])
	z.past = max(0, z.past-(z.pos-history))
	z.pos, z.sent = history, history
}

// run decodes until the chunk is used up, the window is full, or the stream has ended.
func (z *inflater) run() (halt, error) {
	z.slide()
	for {
		stop, err := z.step()
		if err != nil || stop != goOn {
			return stop, err
		}
	}
}

func (z *inflater) step() (halt, error) {
	switch z.phase {
	case blockHeader:
		return z.readBlockHeader()
	case storedHeader:
		return z.readStoredHeader()
	case storedBytes:
		return z.copyStored(), nil
	case codeCounts:
		return z.readCounts()
	case codeLengths:
		return z.readCodeLengths()
	case symbolLengths:
		return z.readSymbolLengths()
	case symbols:
		return z.readSymbols()
	case matchDistance:
		return z.readDistance()
	case matchCopy:
		return z.copyMatch(), nil
	default:
		return ended, nil
	}
}

func (z *inflater) readBlockHeader() (halt, error) {
	if z.last {
		z.in.align()
		z.phase = streamEnd
		return ended, nil
	}
	if !z.in.fill(3) {
		return hungry, nil
	}
	z.last = z.in.take(1) == 1
	switch z.in.take(2) {
	case 0:
		z.in.align()
		z.phase = storedHeader
	case 1:
		z.literals, z.distances = fixed.literals[:], fixed.distances[:]
		z.phase = symbols
	case 2:
		z.phase = codeCounts
	default:
		return hungry, errDeflate
	}
	return goOn, nil
}

func (z *inflater) readStoredHeader() (halt, error) {
	if !z.in.fill(32) {
		return hungry, nil
	}
	length, complement := z.in.take(16), z.in.take(16)
	if length != ^complement&0xffff {
		return hungry, errDeflate
	}
	z.stored = int(length)
	z.phase = storedBytes
	return goOn, nil
}

func (z *inflater) copyStored() halt {
	n := z.in.copy(z.win[z.pos:min(window, z.pos+z.stored)])
	z.pos += n
	z.stored -= n
	switch {
	case z.stored == 0:
		z.phase = blockHeader
		return goOn
	case z.pos == window:
		return full
	default:
		return hungry
	}
}

// readSymbols decodes bytes and matches of a block. The fast loop does it while input and room are plenty; what
// remains is done a symbol at a time.
func (z *inflater) readSymbols() (halt, error) {
	for {
		if len(z.in.chunk) >= fastData && window-z.pos >= fastRoom {
			if err := z.readFast(); err != nil || z.phase != symbols {
				return goOn, err
			}
		}
		if z.pos == window {
			return full, nil
		}
		z.in.fill(maxCode + 5)
		e := find(z.literals, literalWidth, z.in.hold)
		n := e.length()
		switch {
		case e == 0 && z.in.n >= maxCode:
			return hungry, errDeflate
		case e == 0, n+e.extra() > z.in.n:
			return hungry, nil
		}
		z.in.take(n)
		switch {
		case e&literal != 0:
			z.win[z.pos] = byte(e >> 16)
			z.pos++
		case e&endOfBlock != 0:
			z.phase = blockHeader
			return goOn, nil
		default:
			z.length = e.value() + int(z.in.take(e.extra()))
			z.phase = matchDistance
			return goOn, nil
		}
	}
}

func (z *inflater) readDistance() (halt, error) {
	z.in.fill(maxCode + 13)
	e := find(z.distances, distanceWidth, z.in.hold)
	switch {
	case e == 0 && z.in.n >= maxCode:
		return hungry, errDeflate
	case e == 0, e.length()+e.extra() > z.in.n:
		return hungry, nil
	}
	z.in.take(e.length())
	z.distance = e.value() + int(z.in.take(e.extra()))
	if z.distance > z.pos-z.past {
		return hungry, errDeflate
	}
	z.phase = matchCopy
	return goOn, nil
}

func (z *inflater) copyMatch() halt {
	n := min(z.length, window-z.pos)
	repeat(z.win[:], z.pos, z.distance, n)
	z.pos += n
	z.length -= n
	if z.length > 0 {
		return full
	}
	z.phase = symbols
	return goOn
}

// repeat writes n bytes at pos that stand distance before it, and may overlap.
func repeat(win []byte, pos, distance, n int) {
	dst := win[pos : pos+n]
	done := copy(dst, win[pos-distance:pos])
	for done < n {
		done += copy(dst[done:], dst[:done])
	}
}

// readFast is readSymbols and readDistance in one loop without a check for missing input: 56 bits hold the longest
// match (15+5+15+13), and fastRoom holds its bytes.
func (z *inflater) readFast() error {
	chunk, hold, n := z.in.chunk, z.in.hold, z.in.n
	literals, distances := z.literals, z.distances
	win, pos := z.win[:], z.pos
	var err error

	for len(chunk) >= fastData && window-pos >= fastRoom {
		chunk, hold, n = refill(chunk, hold, n)
		e := find(literals, literalWidth, hold)
		if e&literal != 0 {
			for e&literal != 0 && n >= maxCode {
				hold >>= e & 31
				n -= e.length()
				win[pos] = byte(e >> 16)
				pos++
				e = find(literals, literalWidth, hold)
			}
			continue
		}
		hold >>= e & 31
		n -= e.length()
		if e&endOfBlock != 0 {
			z.phase = blockHeader
			break
		}
		if e == 0 {
			err = errDeflate
			break
		}
		length := e.value() + int(hold&(1<<e.extra()-1))
		hold >>= e.extra()
		n -= e.extra()

		e = find(distances, distanceWidth, hold)
		hold >>= e & 31
		n -= e.length()
		distance := e.value() + int(hold&(1<<e.extra()-1))
		hold >>= e.extra()
		n -= e.extra()
		if e == 0 || distance > pos-z.past {
			err = errDeflate
			break
		}
		if distance < 8 {
			repeat(win, pos, distance, length)
		} else {
			words(win, pos, distance, length)
		}
		pos += length
	}

	z.in.chunk, z.in.hold, z.in.n = chunk, hold&(1<<n-1), n
	z.pos = pos
	return err
}

// words is repeat in words of 8 bytes, for distances of at least 8; it may write slack beyond the end.
func words(win []byte, pos, distance, n int) {
	for end := pos + n; pos < end; pos += 8 {
		binary.LittleEndian.PutUint64(win[pos:], binary.LittleEndian.Uint64(win[pos-distance:]))
	}
}
