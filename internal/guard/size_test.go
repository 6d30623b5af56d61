package guard

import (
	"bytes"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/privet-gateway/privet/rules"
)

// catalogue gives what a policy without recipients of its own knows.
func catalogue(t *testing.T) Known {
	t.Helper()
	policy := load(t, "purposes: {service: {basis: contract, default: true}}\n")
	known := Known{Purposes: purposesOf(policy)}
	for _, r := range policy.Recipients() {
		known.Parties = append(known.Parties, Party{ID: r.ID, Hosts: names(r.Embed.Hosts), URLs: names(r.Embed.URLs), Catalogue: true})
	}
	return known
}

func load(t *testing.T, text string) *rules.Policy {
	t.Helper()
	policy, problems := rules.Load(rules.File{Name: "policy.yaml", Text: []byte(text)})
	if policy == nil {
		t.Fatal(problems)
	}
	return policy
}

// purposesOf are all purposes of a policy, also those that no cookie serves.
func purposesOf(policy *rules.Policy) []Purpose {
	var out []Purpose
	for _, purpose := range policy.Purposes() {
		p := Purpose{Database: strings.Fields(policy.CookieTail(purpose.ID)), Life: purpose.Retention}
		for _, c := range policy.Cookies() {
			switch {
			case c.Purpose != purpose.ID:
			case c.BuiltIn:
				p.Catalogue = append(p.Catalogue, c.Name)
			default:
				p.Cookies = append(p.Cookies, c.Name)
			}
		}
		out = append(out, p)
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

// TestSize holds the guard to 8 KB with the whole catalogue in it, and the second file with all names of cookies to 9 KB.
func TestSize(t *testing.T) {
	t.Parallel()
	known := catalogue(t)
	script, err := New(known)
	if err != nil {
		t.Fatal(err)
	}
	lines, _, err := marksOf(known.Parties)
	if err != nil {
		t.Fatal(err)
	}
	table, err := tableOf(known.Purposes)
	if err != nil {
		t.Fatal(err)
	}
	for i, data := range []string{lines, table} {
		text := script.Assets()[i].Text
		size := packed(t, text, brotli.BestCompression)
		t.Logf("%s: %d bytes, %d compressed, of which data %d", script.Assets()[i].Name, len(text), size, packed(t, []byte(data), brotli.BestCompression))
		if limit := []int{8 << 10, 9 << 10}[i]; size > limit {
			t.Errorf("%s has %d bytes, more than %d", script.Assets()[i].Name, size, limit)
		}
	}
}
