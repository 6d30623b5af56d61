package filter

import (
	"time"

	"github.com/privet-gateway/privet/rules"
)

const (
	yearLength  = len("2006")
	monthLength = len("2006-01")
	dayLength   = len("2006-01-02")
)

// generalize cuts a date (RFC 3339 full-date or date-time, a year and month, or a year) to the part that may be known.
// The date is that of the offset it was written with. A date that says less already stays as it is.
func generalize(dst []byte, part rules.DatePart, text []byte) ([]byte, bool) {
	if !isDate(text) {
		return dst, false
	}
	var length int
	switch part {
	case rules.Year:
		length = yearLength
	case rules.Month:
		length = monthLength
	case rules.Day:
		length = dayLength
	default:
		return dst, false
	}
	return append(dst, text[:min(length, len(text))]...), true
}

func isDate(text []byte) bool {
	if !isCalendar(text[:min(len(text), dayLength)]) {
		return false
	}
	if len(text) <= dayLength {
		return true
	}
	return isTime(text[dayLength:])
}

// isCalendar takes "2006", "2006-01" and "2006-01-02".
func isCalendar(text []byte) bool {
	year, ok := digits(text, 0, yearLength)
	if !ok || len(text) == yearLength {
		return ok
	}
	month, ok := twoDigits(text, yearLength, '-')
	if !ok || month < 1 || month > 12 {
		return false
	}
	if len(text) == monthLength {
		return true
	}
	day, ok := twoDigits(text, monthLength, '-')
	lastDay := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return ok && 1 <= day && day <= lastDay && len(text) == dayLength
}

// isTime takes "T15:04:05", a fraction, and "Z" or "+01:00"; T and Z in either case, and a space for T (RFC 3339 5.6).
func isTime(text []byte) bool {
	if c := text[0]; c != 'T' && c != 't' && c != ' ' {
		return false
	}
	hour, ok := digits(text, 1, 2)
	minute, ok2 := twoDigits(text, 3, ':')
	second, ok3 := twoDigits(text, 6, ':')
	if !ok || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 60 { // 60 is a leap second
		return false
	}
	rest := text[len("T15:04:05"):]
	if len(rest) > 1 && rest[0] == '.' {
		n := 1
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		if n == 1 {
			return false
		}
		rest = rest[n:]
	}
	return isZone(rest)
}

func isZone(text []byte) bool {
	if len(text) == 1 {
		return text[0] == 'Z' || text[0] == 'z'
	}
	if len(text) != len("+01:00") || text[0] != '+' && text[0] != '-' {
		return false
	}
	hour, ok := digits(text, 1, 2)
	minute, ok2 := twoDigits(text, 3, ':')
	return ok && ok2 && hour <= 23 && minute <= 59
}

// twoDigits reads a separator and two digits.
func twoDigits(text []byte, at int, separator byte) (int, bool) {
	if len(text) <= at || text[at] != separator {
		return 0, false
	}
	return digits(text, at+1, 2)
}

func digits(text []byte, at, n int) (value int, ok bool) {
	if len(text) < at+n {
		return 0, false
	}
	for _, c := range text[at : at+n] {
		if !isDigit(c) {
			return 0, false
		}
		value = value*10 + int(c-'0')
	}
	return value, true
}

func isDigit(c byte) bool { return c-'0' < 10 }
