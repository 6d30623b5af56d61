package blocklist

import "bytes"

// A pattern consists of pieces between stars. In a piece, "^" stands for one byte that is no letter, no digit and none of
// "_-.%", or for the end of the URL; any other byte stands for itself. As the end of a piece moves on with its beginning,
// the first place where a piece fits is as good for what follows as any.

// fits compares a pattern without anchors in front, from a place of the URL on.
func fits(pattern, url []byte, end bool) bool {
	for at := 0; ; {
		star := bytes.IndexByte(pattern, '*')
		if star < 0 {
			return fitsLast(pattern, url, at, end)
		}
		next := findPiece(pattern[:star], url, at)
		if next < 0 {
			return false
		}
		at, pattern = next, pattern[star+1:]
	}
}

// fitsAt is fits for a pattern that begins where the URL does.
func fitsAt(pattern, url []byte, end bool) bool {
	piece, rest, more := bytes.Cut(pattern, []byte{'*'})
	next := endOfPiece(piece, url, 0)
	if more {
		return next >= 0 && fits(rest, url[next:], end)
	}
	return next == len(url) || next >= 0 && !end
}

func fitsLast(piece, url []byte, at int, end bool) bool {
	if !end {
		return findPiece(piece, url, at) >= 0
	}
	for at = max(at, len(url)-len(piece)); at <= len(url); at++ {
		if endOfPiece(piece, url, at) == len(url) {
			return true
		}
	}
	return false
}

// findPiece gives the end of the first place where a piece fits, or -1.
func findPiece(piece, url []byte, at int) int {
	literal := bytes.IndexByte(piece, '^')
	if literal < 0 {
		literal = len(piece)
	}
	for ; at <= len(url); at++ {
		i := bytes.Index(url[at:], piece[:literal])
		if i < 0 {
			return -1
		}
		at += i
		if end := endOfPiece(piece[literal:], url, at+literal); end >= 0 {
			return end
		}
	}
	return -1
}

// endOfPiece gives the end of a piece that begins at a place, or -1.
func endOfPiece(piece, url []byte, at int) int {
	for _, c := range piece {
		switch {
		case at == len(url) && c == '^':
			continue
		case at == len(url), c != url[at] && (c != '^' || !separates(url[at])):
			return -1
		}
		at++
	}
	return at
}

func separates(c byte) bool {
	return !isLetter(c) && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' && c != '%'
}
