package signals

import (
	"strings"
	"time"
)

// CookieName is our cookie's name; names of cookies are case-sensitive.
const CookieName = "privet_consent"

const (
	// maxValue is what RFC 6265 section 6.1 promises room for, 4,096 bytes of name and value.
	maxValue = 4096 - len(CookieName) - len("=")
	version  = "v1"
	// skew is how far a clock that wrote a cookie may have been ahead of ours.
	skew = 24 * time.Hour
)

// pair is a cookie of ours in a Cookie field line.
type pair struct {
	value string
	found bool
}

// cut finds the first cookie of ours in a field line and gives what follows it. Lines are split at every semicolon, as
// browsers write them; quotes protect nothing.
func cut(line string) (ours pair, rest string) {
	for line != "" {
		var part string
		part, line, _ = strings.Cut(line, ";")
		name, value, ok := strings.Cut(part, "=")
		if ok && strings.Trim(name, " \t") == CookieName {
			return pair{strings.Trim(value, " \t"), true}, line
		}
	}
	return pair{}, ""
}

// kind is what one choice says. The letters are those of the cookie.
type kind string

const (
	granted      kind = "g"
	grantedShown kind = "gc" // where the conflict with GPC was shown
	refused      kind = "r"
)

// entry is one choice in our cookie.
type entry struct {
	id   string
	kind kind
	at   int64 // Unix time in seconds
}

// scanner reads the value of our cookie:
//
//	value  = "v1" *( "!" id ":" ( "g" / "gc" / "r" ) ":" time )
//	id     = 1*( %x61-7A / DIGIT / "_" / "-" )     ; a-z, as in the policy
//	time   = Unix time in seconds, no leading zero
//
// An empty value is what expiring the cookie leaves, and says nothing.
type scanner struct {
	rest      string
	entry     entry
	malformed bool
}

func scan(value string) scanner {
	if value == "" {
		return scanner{}
	}
	rest, ok := strings.CutPrefix(value, version)
	return scanner{rest: rest, malformed: !ok || len(value) > maxValue}
}

// next advances to the next entry. False is the end, or the first malformed byte.
func (s *scanner) next() bool {
	if s.malformed || s.rest == "" {
		return false
	}
	text, ok := strings.CutPrefix(s.rest, "!")
	text, s.rest = cutBefore(text, '!')
	id, text, hasKind := strings.Cut(text, ":")
	letter, digits, hasTime := strings.Cut(text, ":")
	at, isTime := parseTime(digits)
	s.entry = entry{id, kind(letter), at}
	s.malformed = !ok || !hasKind || !hasTime || !isTime || !validID(id) || !s.entry.kind.known()
	return !s.malformed
}

// cutBefore splits text in front of the first sep.
func cutBefore(text string, sep byte) (head, tail string) {
	if i := strings.IndexByte(text, sep); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

func (k kind) known() bool { return k == granted || k == grantedShown || k == refused }

func validID(id string) bool {
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return id != ""
}

// parseTime reads at most 11 digits, which last until the year 5138.
func parseTime(digits string) (at int64, ok bool) {
	if digits == "" || len(digits) > 11 || digits[0] == '0' {
		return 0, false
	}
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		at = at*10 + int64(c-'0')
	}
	return at, true
}

// standing is whether a choice still counts.
type standing uint8

const (
	impossible standing = iota // from the future
	expired
	current
)

// clock judges the times of choices.
type clock struct {
	now        time.Time
	renewAfter time.Duration
}

func (c clock) judge(at int64) standing {
	switch made := time.Unix(at, 0); {
	case made.After(c.now.Add(skew)):
		return impossible
	case c.now.Sub(made) > c.renewAfter:
		return expired
	default:
		return current
	}
}
