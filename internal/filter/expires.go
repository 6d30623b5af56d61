package filter

import (
	"strings"
	"time"
)

// parseExpires reads a cookie's date as browsers do (RFC 6265bis 5.6.1): time, day, month and year in any order, between
// delimiters of almost any kind.
func parseExpires(text string) (t time.Time, ok bool) {
	var d cookieDate
	for i := 0; i < len(text); {
		for i < len(text) && isDateDelimiter(text[i]) {
			i++
		}
		start := i
		for i < len(text) && !isDateDelimiter(text[i]) {
			i++
		}
		if i > start {
			d.read(text[start:i])
		}
	}
	return d.time()
}

// cookieDate is what has been found of a date. Its months and days count from 1, so 0 is not found.
type cookieDate struct {
	clock        [3]int
	timed, dated bool
	day, year    int
	month        time.Month
}

// read takes a token for the first part that is still missing and that it can be.
func (d *cookieDate) read(token string) {
	if !d.timed {
		if d.clock, d.timed = readClock(token); d.timed {
			return
		}
	}
	digits := digitRun(token)
	switch {
	case d.day == 0 && (digits == 1 || digits == 2):
		// A day 0 can be told from none only here; 32 is as wrong.
		if d.day = decimalOf(token[:digits]); d.day == 0 {
			d.day = 32
		}
	case d.month == 0 && monthOf(token) != 0:
		d.month = monthOf(token)
	case !d.dated && digits >= 2 && digits <= 4:
		d.year, d.dated = decimalOf(token[:digits]), true
	}
}

func (d *cookieDate) time() (time.Time, bool) {
	switch {
	case d.dated && 70 <= d.year && d.year <= 99:
		d.year += 1900
	case d.dated && d.year <= 69:
		d.year += 2000
	}
	if !d.timed || !d.dated || d.month == 0 || d.day == 0 || d.year < 1601 ||
		d.clock[0] > 23 || d.clock[1] > 59 || d.clock[2] > 59 {
		return time.Time{}, false
	}
	t := time.Date(d.year, d.month, d.day, d.clock[0], d.clock[1], d.clock[2], 0, time.UTC)
	return t, t.Day() == d.day
}

// readClock reads hours, minutes and seconds of one or two digits; what follows a byte that is no digit is ignored.
func readClock(token string) (clock [3]int, ok bool) {
	for i := range clock {
		n := digitRun(token)
		if n < 1 || n > 2 {
			return clock, false
		}
		clock[i] = decimalOf(token[:n])
		token = token[n:]
		if i < 2 {
			if token, ok = strings.CutPrefix(token, ":"); !ok {
				return clock, false
			}
		}
	}
	return clock, true
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func decimalOf(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func monthOf(token string) time.Month {
	if len(token) < 3 {
		return 0
	}
	i := strings.Index("jan feb mar apr may jun jul aug sep oct nov dec", strings.ToLower(token[:3]))
	if i < 0 || i%4 != 0 {
		return 0
	}
	return time.Month(i/4 + 1)
}

func isDateDelimiter(c byte) bool {
	return c == '\t' || ' ' <= c && c <= '/' || ';' <= c && c <= '@' || '[' <= c && c <= '`' || '{' <= c && c <= '~'
}
