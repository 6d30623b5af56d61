package guard

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/privet-gateway/privet/rules"
)

// catalogue gives the parties of the catalogue, as a policy without recipients of its own has them.
func catalogue(t *testing.T) []Party {
	t.Helper()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte("purposes: {service: {basis: contract, default: true}}\n")})
	if policy == nil {
		t.Fatal(problems)
	}
	var out []Party
	for _, r := range policy.Recipients() {
		out = append(out, Party{ID: r.ID, Hosts: names(r.Embed.Hosts), URLs: names(r.Embed.URLs), Cookies: names(r.Embed.Cookies), Catalogue: true})
	}
	return out
}

func names(marks []rules.Mark) (out []string) {
	for _, m := range marks {
		out = append(out, m.Name)
	}
	return out
}

// packed is the size of a text as a browser gets it.
func packed(t *testing.T, text []byte, level int) int {
	t.Helper()
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, level)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// TestSize holds the guard to 8 KB with the whole catalogue in it.
func TestSize(t *testing.T) {
	t.Parallel()
	parties := catalogue(t)
	script, err := New(parties, nil)
	if err != nil {
		t.Fatal(err)
	}
	lines, _, err := marksOf(parties)
	if err != nil {
		t.Fatal(err)
	}
	size := packed(t, script.Assets()[0].Text, brotli.BestCompression)
	t.Logf("%d parties: %d bytes, %d compressed, the marks alone %d", len(parties), len(script.Assets()[0].Text), size, packed(t, []byte(lines), brotli.BestCompression))
	if size > 8192 {
		t.Errorf("%d bytes", size)
	}
}
