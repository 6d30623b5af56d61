package place

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/phuslu/iploc"
)

// iploc itself is the slow way: it unpacks its table to look an address up.
func TestRangesAgree(t *testing.T) {
	t.Parallel()
	r, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	if r.count < 400_000 {
		t.Errorf("%d ranges are not all", r.count)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	compare := func(a netip.Addr) {
		if !global.Contains(a) || a.Less(netip.AddrFrom16(r.firsts[0])) {
			return
		}
		if got, want := r.country(a), iploc.IPCountry(a); got != want {
			t.Fatalf("%s: %q, want %q", a, got, want)
		}
	}
	for _, first := range r.firsts {
		compare(netip.AddrFrom16(first))
		compare(netip.AddrFrom16(first).Prev())
		for range 20 { // an address of which the beginning is some range's
			near := first
			for i := 2 + random.IntN(14); i < len(near); i++ {
				near[i] = byte(random.Uint32())
			}
			compare(netip.AddrFrom16(near))
			clear(near[4+random.IntN(12):])
			compare(netip.AddrFrom16(near))
			compare(netip.AddrFrom16(near).Prev())
		}
	}
}

// table writes ranges as iploc has them.
func table(firsts ...string) []byte {
	var b []byte
	for _, first := range firsts {
		octets := netip.MustParseAddr(first).As16()
		b = binary.NativeEndian.AppendUint64(b, binary.BigEndian.Uint64(octets[:]))
		b = binary.NativeEndian.AppendUint64(b, binary.BigEndian.Uint64(octets[8:]))
	}
	return b
}

func TestRangesRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, countries, want string
		table                 io.Reader
	}{
		{"out of order", "AABBCC", "out of order", bytes.NewReader(table("2000::", "2a00::", "2001::"))},
		{"without a country", "AAB", "without a country", bytes.NewReader(table("2000::", "2a00::"))},
		{"cut", "AABB", "unexpected EOF", bytes.NewReader(table("2000::", "2a00::")[:31])},
		{"unreadable", "AABB", iotest.ErrTimeout.Error(), iotest.ErrReader(iotest.ErrTimeout)},
		{"nothing in common", "AABB", "nothing in common", bytes.NewReader(table("2000::1", "3000::1"))},
	} {
		if r, err := newRanges(c.table, []byte(c.countries)); r != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestRangesBeforeTheFirst(t *testing.T) {
	t.Parallel()
	r, err := newRanges(bytes.NewReader(table("::", "2001::", "2a00::")), []byte("AABBCC"))
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{"2000::": "", "2001::": "BB", "29ff::": "BB", "2a00::": "CC", "3fff::": "CC"} {
		if got := r.country(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
