package consent

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/privet-gateway/privet/rules"
)

const day = 24 * time.Hour

// titled is a title for people: the policy's, or its id as words.
func titled(title, id string) string {
	if title != id {
		return title
	}
	words := strings.NewReplacer("_", " ", "-", " ").Replace(id)
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// enumerate writes "a, b and c".
func enumerate(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimRight(text[size:], ".") + "."
}

// period is a time in the largest unit that divides it.
func period(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{365 * day, "year"}, {day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= unit.length && d%unit.length == 0 {
			return plural(int(d/unit.length), unit.name)
		}
	}
	return plural(int(d/time.Second), "second")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// kept says how long what serves a purpose is kept.
func kept(retention time.Duration) string {
	if retention == 0 {
		return "no fixed period; as long as the purpose needs it"
	}
	return "at most " + period(retention)
}

// basis is a lawful basis in plain words, and where it is written.
type basis struct{ Words, Article string }

func basisOf(b rules.Basis) basis {
	switch b {
	case rules.Consent:
		return basis{"your consent", "GDPR Art. 6(1)(a)"}
	case rules.Contract:
		return basis{"a contract with you, or steps towards one that you asked for", "GDPR Art. 6(1)(b)"}
	case rules.LegalObligation:
		return basis{"a legal obligation", "GDPR Art. 6(1)(c)"}
	case rules.VitalInterests:
		return basis{"protecting somebody’s life", "GDPR Art. 6(1)(d)"}
	case rules.PublicTask:
		return basis{"a task in the public interest", "GDPR Art. 6(1)(e)"}
	case rules.LegitimateInterests:
		return basis{"a legitimate interest", "GDPR Art. 6(1)(f)"}
	case rules.StrictlyNecessary:
		return basis{"strictly necessary for what you asked for", "ePrivacy Directive Art. 5(3)"}
	default:
		return basis{Words: "none, so it does not take place"}
	}
}

// treatment is what an action leaves of a piece of data.
func treatment(a rules.Action) string {
	switch a.Kind {
	case rules.Nullify, rules.Empty:
		return "left empty"
	case rules.Count:
		return "reduced to how many there are"
	case rules.Replace:
		return "replaced by a fixed value"
	case rules.Pseudonymize:
		return "replaced by a pseudonym"
	case rules.Mask:
		return masked(a.KeepFirst, a.KeepLast)
	case rules.Coarsen:
		if a.ByDigits {
			return "rounded to " + plural(a.Digits, "decimal place")
		}
		return "rounded to " + distance(a.Metres)
	case rules.Generalize:
		if a.Part == rules.NoDate {
			return "removed"
		}
		return "reduced to the " + a.Part.String()
	case rules.TruncateIP:
		return "shortened so that it names a network, not a device"
	case rules.Keep:
		return "as it is"
	default:
		return "removed"
	}
}

func masked(first, last int) string {
	var left []string
	if first > 0 {
		left = append(left, "the first "+strconv.Itoa(first))
	}
	if last > 0 {
		left = append(left, "the last "+strconv.Itoa(last))
	}
	if len(left) == 0 {
		return "masked"
	}
	return "masked, save " + enumerate(left) + " characters"
}

func distance(metres float64) string {
	if metres >= 1000 {
		return strconv.FormatFloat(metres/1000, 'f', -1, 64) + " km"
	}
	return strconv.FormatFloat(metres, 'f', -1, 64) + " m"
}

// lawName is a law's area as people call it.
func lawName(law rules.Laws) string {
	switch law {
	case rules.EEA:
		return "European Economic Area"
	case rules.GB:
		return "United Kingdom"
	case rules.CH:
		return "Switzerland"
	default:
		return law.String()
	}
}

// ground is what a safeguard rests on, in plain words.
func ground(s *rules.Safeguard) string {
	detail := strings.ReplaceAll(s.Detail, "_", " ")
	switch s.Mechanism {
	case rules.Adequacy:
		return "adequacy decision"
	case rules.DPF:
		return "Data Privacy Framework, certified as " + s.Detail
	case rules.SCC:
		return "standard contractual clauses (" + detail + ")"
	case rules.BCR:
		return "binding corporate rules (" + detail + ")"
	case rules.IDTA:
		return "International Data Transfer Agreement or Addendum"
	case rules.Code:
		return "approved code of conduct (" + s.Detail + ")"
	case rules.Certification:
		return "approved certification (" + s.Detail + ")"
	case rules.Derogation:
		return "derogation, Art. " + strings.TrimPrefix(s.Detail, "Art. ")
	default:
		return "none"
	}
}

// inForce is the ground and its dates.
func inForce(s *rules.Safeguard) string {
	text := ground(s)
	if s.From != 0 {
		text += fmt.Sprintf(", since %s", s.From)
	}
	if s.Until != 0 {
		text += fmt.Sprintf(", until %s", s.Until)
	}
	return text
}
