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

// generalize cuts a date to the part that may be known: a day with or without a time, a year and month, or a year, as ISO
// 8601 writes them (RFC 3339 with or without seconds and offset), or the date of a mail or HTTP header, which becomes one
// of ISO 8601. The date is that of the offset it was written with. A date that says less already stays as it is.
func generalize(dst []byte, part rules.DatePart, text []byte) ([]byte, bool) {
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
	if isDate(text) {
		return append(dst, text[:min(length, len(text))]...), true
	}
	var room [dayLength]byte
	day, ok := mailDay(room[:0], text)
	return append(dst, day[:min(length, len(day))]...), ok
}

func isDate(text []byte) bool {
	if !isCalendar(text[:min(len(text), dayLength)]) {
		return false
	}
	if len(text) <= dayLength {
		return true
	}
	c := text[dayLength]
	return (c == 'T' || c == 't' || c == ' ') && isTime(text[dayLength+1:])
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
	return ok && isDay(year, month, day) && len(text) == dayLength
}

func isDay(year, month, day int) bool {
	if month < 1 || month > 12 {
		return false
	}
	lastDay := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return 1 <= day && day <= lastDay
}

// isTime takes "15:04", "15:04:05", a fraction of the seconds, and an offset.
func isTime(text []byte) bool {
	hour, ok := digits(text, 0, 2)
	minute, ok2 := twoDigits(text, 2, ':')
	if !ok || !ok2 || hour > 23 || minute > 59 {
		return false
	}
	rest := text[len("15:04"):]
	if len(rest) > 0 && rest[0] == ':' {
		second, ok := digits(rest, 1, 2)
		if !ok || second > 60 { // 60 is a leap second
			return false
		}
		rest = rest[len(":05"):]
		if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
			figures, after := takeDigits(rest[1:])
			if len(figures) == 0 {
				return false
			}
			rest = after
		}
	}
	return isZone(rest)
}

// isZone takes "", "Z", "+01:00", "+0100" and "+01".
func isZone(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if len(text) == 1 {
		return text[0] == 'Z' || text[0] == 'z'
	}
	hour, ok := digits(text, 1, 2)
	if !ok || hour > 23 || text[0] != '+' && text[0] != '-' {
		return false
	}
	rest := text[len("+01"):]
	if len(rest) == 0 {
		return true
	}
	if rest[0] == ':' {
		rest = rest[1:]
	}
	minute, ok := digits(rest, 0, 2)
	return ok && len(rest) == 2 && minute <= 59
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
