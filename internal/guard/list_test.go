package guard

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// corpus is the folder of real data, without which a test has nothing to say.
func corpus(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("PRIVET_CORPUS")
	if folder == "" {
		t.Skip("PRIVET_CORPUS names no folder")
	}
	return folder
}

func listText(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus(t), "lists", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestListSize says what lists weigh, and holds each set to its limit.
func TestListSize(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"easyprivacy.txt", "easylist.txt", "ubo-privacy.min.txt"} {
		l, err := NewList(listText(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range l.assets {
			size := packed(t, a.Text, 5)
			t.Logf("%s: %s: %d bytes, %d compressed", name, a.Name[:5], len(a.Text), size)
			if strings.HasPrefix(a.Name, "hosts.") && size > maxSet {
				t.Errorf("%s: a set of %d bytes", name, size)
			}
		}
	}
}

// TestRarity asks a set of as many hosts as EasyPrivacy has for hosts that are not in it.
func TestRarity(t *testing.T) {
	t.Parallel()
	var h hostRules
	for i := range 46_000 {
		name := fmt.Sprintf("t%d.example%d.com", i, i%977)
		h.add(&blocklist.Rule{Pattern: name, Party: blocklist.Party(i % 2)})
	}
	sets, err := h.encode()
	if err != nil || len(sets) != 1 {
		t.Fatal(len(sets), err)
	}
	span := uint64(46_000 * rarity)
	var values []uint64
	for _, host := range slices.Concat(h.third, h.everybody) {
		_, d := place(host, 1)
		values = append(values, d%span)
	}
	slices.Sort(values)
	// A table of the hashes' first bits tells most.
	filter := make([]uint64, 1<<20)
	for _, v := range values {
		filter[v%(64<<20)/64] |= 1 << (v % 64)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	wrong, asked := 0, 10_000_000
	// The race detector makes it a matter of minutes.
	info, ok := debug.ReadBuildInfo()
	if testing.Short() || ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		asked = 1_000_000
	}
	var buffer []byte
	for range asked {
		buffer = appendHost(buffer[:0], random)
		host := string(buffer)
		for strings.Contains(host, ".") {
			_, d := place(host, 1)
			if v := d % span; filter[v%(64<<20)/64]&(1<<(v%64)) != 0 {
				if _, found := slices.BinarySearch(values, v); found {
					wrong++
					break
				}
			}
			_, host, _ = strings.Cut(host, ".")
		}
	}
	t.Logf("seed %d: %d of %d hosts are mistaken", seed, wrong, asked)
	if wrong > asked/100_000 {
		t.Errorf("more than one in 100,000")
	}
}

// appendHost draws a host of two to four labels.
func appendHost(dst []byte, random *rand.Rand) []byte {
	draw := random.Uint64()
	for range 1 + draw%3 {
		letters := random.Uint64()
		for range 3 + letters%8 {
			letters /= 26
			dst = append(dst, byte('a'+letters%26))
		}
		dst = append(dst, '.')
	}
	return append(dst, []string{"com", "net", "org", "de", "io"}[draw>>32%5]...)
}
