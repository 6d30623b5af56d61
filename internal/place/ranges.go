package place

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"sync"
	_ "unsafe" // for the names of iploc's tables
)

// ip6bin and ip6txt are iploc's own: where each range of IPv6 addresses begins, 16 bytes in two words of the machine,
// compressed until iploc unpacks it, and two letters for the country of each.
//
//nolint:gochecknoglobals // of another package, never written to
var (
	//go:linkname ip6bin github.com/phuslu/iploc.ip6bin
	ip6bin []byte
	//go:linkname ip6txt github.com/phuslu/iploc.ip6txt
	ip6txt []byte
	// packed is ip6bin before anybody else can have made iploc unpack it.
	packed = ip6bin
)

// ranges holds where the ranges of global addresses begin, in blocks of blockRanges. Of each but the first of a block it has
// only what differs from the one before: a byte that says how many bytes both share and how many follow, then those,
// without the zeros at the end, and two letters for the country. So it takes a fifth of the room.
type ranges struct {
	firsts [][16]byte // of each block
	at     []uint32   // where a block begins in rest, with the country of its first
	rest   []byte
	count  int
	names  map[[2]byte]string // of the countries, so that none has to be made for an answer
}

// blockRanges makes the steps through a block about as many as the bytes that its first takes.
const blockRanges = 64

// embedded are iploc's ranges. Whatever is wrong with them is said at the start, by selfCheck.
//
//nolint:gochecknoglobals // made once, never written to
var embedded = sync.OnceValues(func() (*ranges, error) {
	table, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack the country database: %w", err)
	}
	return newRanges(table, ip6txt)
})

// newRanges keeps the global ones of a table like iploc's.
func newRanges(table io.Reader, countries []byte) (*ranges, error) {
	r := &ranges{names: map[[2]byte]string{}}
	buffered := bufio.NewReader(table)
	var last [16]byte
	var entry [16]byte
	for n := 0; ; n++ {
		if _, err := io.ReadFull(buffered, entry[:]); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("unpack the country database: %w", err)
		}
		var first [16]byte
		binary.BigEndian.PutUint64(first[:], binary.NativeEndian.Uint64(entry[:]))
		binary.BigEndian.PutUint64(first[8:], binary.NativeEndian.Uint64(entry[8:]))
		if bytes.Compare(first[:], last[:]) < 0 || len(countries) < 2*(n+1) {
			return nil, errors.New("unpack the country database: its ranges are out of order or without a country")
		}
		if global.Contains(netip.AddrFrom16(first)) {
			if err := r.add(first, last, [2]byte(countries[2*n:])); err != nil {
				return nil, err
			}
		}
		last = first
	}
	r.rest = slices.Clone(r.rest) // without the room that it grew into
	return r, nil
}

// add appends the range that begins at first, behind the one that begins at last.
func (r *ranges) add(first, last [16]byte, country [2]byte) error {
	if _, known := r.names[country]; !known {
		r.names[country] = string(country[:])
	}
	r.count++
	if (r.count-1)%blockRanges == 0 {
		r.firsts = append(r.firsts, first)
		r.at = append(r.at, uint32(len(r.rest)))
		r.rest = append(r.rest, country[:]...)
		return nil
	}
	shared := 0
	for shared < 15 && first[shared] == last[shared] {
		shared++
	}
	tail := first[shared:max(shared, len(bytes.TrimRight(first[:], "\x00")))]
	if len(tail) > 15 {
		return errors.New("unpack the country database: neighbours have nothing in common")
	}
	r.rest = append(append(append(r.rest, byte(shared<<4|len(tail))), tail...), country[:]...)
	return nil
}

// country is that of the last range that begins at or before a global address, "" where none does.
func (r *ranges) country(address netip.Addr) string {
	want := address.As16()
	block, found := slices.BinarySearchFunc(r.firsts, want, func(first, want [16]byte) int { return bytes.Compare(first[:], want[:]) })
	if !found {
		block--
	}
	if block < 0 {
		return ""
	}
	at, rest := r.firsts[block], r.rest[r.at[block]:]
	country := [2]byte(rest)
	for range min(blockRanges, r.count-block*blockRanges) - 1 {
		rest = rest[2:]
		shared, size := int(rest[0]>>4), int(rest[0]&15)
		clear(at[shared+copy(at[shared:], rest[1:1+size]):])
		if bytes.Compare(at[:], want[:]) > 0 {
			break
		}
		rest = rest[1+size:]
		country = [2]byte(rest)
	}
	return r.names[country]
}
