package main

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/privet-gateway/privet/rules"
)

// marks are the registrable domains by which the catalogue knows somebody, with whom.
type marks struct {
	domains map[string][]string
	endless map[string][]string // by what stands before any public suffix
}

func gatherMarks(policy *rules.Policy) marks {
	m := marks{domains: map[string][]string{}, endless: map[string][]string{}}
	for _, r := range policy.Recipients() {
		if r.Purpose == "" {
			continue
		}
		for _, mark := range slices.Concat(r.Embed.Hosts, r.Embed.URLs) {
			host, _, _ := strings.Cut(mark.Name, "/")
			host = strings.TrimPrefix(host, "*.")
			if stem, endless := strings.CutSuffix(host, ".*"); endless {
				note(m.endless, stem[strings.LastIndexByte(stem, '.')+1:], r.ID)
			} else if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
				note(m.domains, domain, r.ID)
			}
		}
	}
	return m
}

func note(table map[string][]string, name, id string) {
	if !slices.Contains(table[name], id) {
		table[name] = append(table[name], id)
	}
}

// owners are the recipients that have a mark on the registrable domain of a host.
func (m *marks) owners(host string) []string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return nil
	}
	stem, _, _ := strings.Cut(domain, ".")
	return slices.Concat(m.domains[domain], m.endless[stem])
}

var digits = regexp.MustCompile(`[0-9]+`)

// pattern is the shape of a URL: host, the beginning of the path and the names of parameters, numbers made equal.
func pattern(r *reference) string {
	segments := strings.Split(r.parsed.Pathname(), "/")
	if len(segments) > 5 {
		segments = append(segments[:5], "…")
	}
	for i, s := range segments {
		if s = digits.ReplaceAllString(s, "0"); len(s) > 24 {
			s = s[:20] + "…"
		}
		segments[i] = s
	}
	out := r.parsed.Hostname() + strings.Join(segments, "/")
	var names []string
	for part := range strings.SplitSeq(r.parsed.Query(), "&") {
		if name, _, _ := strings.Cut(part, "="); name != "" && len(name) < 20 && len(names) < 6 {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		out += "?" + strings.Join(names, "&")
	}
	return out + " [" + r.Kind + "]"
}
