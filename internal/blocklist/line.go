package blocklist

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// parser reads a list line by line.
type parser struct {
	list       *List
	report     Report
	conditions conditions
	number     int
}

// line tells the kinds of lines apart.
func (p *parser) line(line string) {
	switch {
	case strings.HasPrefix(line, "!#"):
		p.directive(line[2:])
	case p.conditions.off():
		p.report.Conditional++
	case line == "":
	case line[0] == '!' || line[0] == '[' && line[len(line)-1] == ']' && !strings.HasPrefix(line, "[$"):
		p.report.Comments++
	case isCosmetic(line):
		p.report.Cosmetic++
	case line[0] == '#':
		p.report.Comments++
	case p.hosts(line):
	default:
		p.network(line)
	}
}

// isCosmetic knows the separators of rules about elements ("##"), styles ("#$#"), scripts ("#%#") and page text ("$$") by
// what stands before them, which is a list of domains, a regular expression, or AdGuard's "[$modifiers]".
func isCosmetic(line string) bool {
	if strings.HasPrefix(line, "[$") {
		return true
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '#' && isSeparator(line[i+1:]):
			return true
		case c == '$' && (strings.HasPrefix(line[i:], "$$") || strings.HasPrefix(line[i:], "$@$")) && i+3 < len(line) && isLetter(line[i+2]|line[i+3]):
			return true
		case c == '/' && i == 0:
			// A regular expression stands for domains only where a separator follows its end.
			end := strings.LastIndex(line, "/#")
			return end > 0 && isSeparator(line[end+2:])
		case strings.IndexByte("/|@\"!^=", c) >= 0:
			return false
		}
	}
	return false
}

// isSeparator reads what follows the first "#" of a separator.
func isSeparator(rest string) bool {
	rest = strings.TrimPrefix(rest, "@")
	if rest != "" && strings.IndexByte("?$%", rest[0]) >= 0 {
		rest = strings.TrimPrefix(rest[1:], "?")
	}
	return strings.HasPrefix(rest, "#")
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// hosts reads a line of a hosts file, "ADDRESS NAME...", and one that is a host alone, as uBlock Origin takes it.
func (p *parser) hosts(line string) bool {
	line, _, _ = strings.Cut(line, " #")
	if strings.IndexByte(line, ' ') < 0 && strings.IndexByte(line, '\t') < 0 {
		if strings.IndexByte("-.", line[0]) >= 0 || !isHost(line) || strings.IndexByte(line, '*') >= 0 || !isKnown(line) {
			return false
		}
		p.host(line)
		return true
	}
	names := strings.Fields(line)
	if !isSink(names[0]) {
		return false
	}
	if len(names) == 1 || names[1][0] == '#' {
		p.report.Comments++
	}
	for _, name := range names[1:] {
		if name[0] == '#' {
			break
		}
		if isHost(name) && strings.IndexByte(name, '*') < 0 && name != "0.0.0.0" && name != "localhost.localdomain" {
			p.host(name)
		} else {
			p.report.Comments++ // localhost, broadcasthost and what else a machine calls itself
		}
	}
	return true
}

// isSink knows the addresses to which hosts files send what is blocked.
func isSink(address string) bool {
	switch address {
	case "0.0.0.0", "127.0.0.1", "::", "::1", "0":
		return true
	}
	return false
}

// isKnown tells hosts from file names, as both have dots.
func isKnown(host string) bool {
	_, icann := publicsuffix.PublicSuffix(strings.ToLower(host))
	return icann
}

func (p *parser) host(name string) {
	at := p.list.keep(strings.ToLower(name))
	p.list.rules = append(p.list.rules, rule{
		at: at.at, size: uint16(at.size), line: uint32(p.number), types: usual, flags: atLabel | hostOnly,
	})
	p.report.Block++
	p.report.Hosts++
}
