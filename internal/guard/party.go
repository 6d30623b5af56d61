package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// Party is a recipient by its marks, written as in a policy: hosts "cdn.example.com", "*.example.com" or "example.*", and
// URLs "HOST/PATH?name=value" in which "*" stands for anything.
type Party struct {
	ID          string
	Hosts, URLs []string
	// Catalogue says that the marks give way to those of parties of which it is false, as the catalogue's do to the policy's.
	// Such parties come last.
	Catalogue bool
}

var errOrder = errors.New("a party of the catalogue stands before one of the policy")

// check says which mark is not well formed.
func (p *Party) check() error {
	for kind, marks := range [...][]string{blocklist.Host: p.Hosts, blocklist.URL: p.URLs} {
		for i, mark := range marks {
			if err := blocklist.Check(blocklist.Kind(kind), mark); err != nil {
				return fmt.Errorf("mark %d of %s: %w", i+1, p.ID, err)
			}
		}
	}
	return nil
}

// marksOf writes the marks of parties as marks.js reads them, a line each, and says how many parties are the policy's.
func marksOf(parties []Party) (lines string, own int, err error) {
	var b strings.Builder
	for i := range parties {
		p := &parties[i]
		if err := p.check(); err != nil {
			return "", 0, err
		}
		switch {
		case !p.Catalogue && own < i:
			return "", 0, fmt.Errorf("%s: %w", p.ID, errOrder)
		case !p.Catalogue:
			own++
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		keys, texts := p.marks()
		slices.Sort(keys)
		b.WriteString(strings.Join(slices.Compact(keys), ""))
		for _, text := range texts {
			b.WriteString(" " + text)
		}
	}
	return b.String(), own, nil
}

// marks tells those that a digest can find from those that are compared.
func (p *Party) marks() (keys, texts []string) {
	for _, host := range p.Hosts {
		if host = strings.ToLower(host); strings.Contains(host, "*") {
			texts = append(texts, host)
		} else {
			keys = append(keys, key(host))
		}
	}
	for _, mark := range p.URLs {
		host, rest, _ := strings.Cut(mark, "/")
		texts = append(texts, strings.ToLower(host)+"/"+rest)
	}
	return keys, texts
}
