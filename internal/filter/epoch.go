package filter

import (
	"math"
	"strconv"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// The years from which a count of seconds is taken, and what is no date. Both are bounds of a year at which cutting
// stops, so that what is cut is read in the same unit again.
const (
	earliestSecond = -9_971_942_400 // 1654-01-01
	latestSecond   = 10_000_000_000 // 2286-11-20, exclusive
	firstOfLarger  = 31_536_000     // 1971-01-01: from there on larger units are told from seconds
)

// generalizeNumber moves a Unix timestamp to the start of its year, month or day in UTC, in the unit it has. The unit is
// told by size: numbers up to ten digits are seconds, beyond them milli-, micro- and nanoseconds follow; a count of
// milliseconds that falls between 1969-09-07 and 1970-04-26 is therefore taken for seconds. Four digits are a year, which
// stays. What could be two things, such as 20260115, does not fit.
func generalizeNumber(dst []byte, part rules.DatePart, text []byte) ([]byte, bool) {
	d, ok := parseDecimal(text)
	if !ok || part == rules.NoDate || part > rules.Day {
		return dst, false
	}
	if !d.negative && len(text) == yearLength && len(d.whole) == yearLength {
		return append(dst, text...), true
	}
	n, ok := d.floor()
	unit := unitOf(n)
	if !ok || unit == 0 || isBasicDate(text) {
		return dst, false
	}
	year, month, day := time.Unix(floorDivide(n, unit), 0).UTC().Date()
	if part < rules.Day {
		day = 1
	}
	if part < rules.Month {
		month = time.January
	}
	start := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	if start < math.MinInt64/unit {
		return dst, false
	}
	return strconv.AppendInt(dst, start*unit, 10), true
}

// unitOf is how many of it make a second; 0 where a number is no timestamp.
func unitOf(n int64) int64 {
	const step = 1000
	for unit := int64(1); unit <= 1_000_000_000; unit *= step {
		seconds := floorDivide(n, unit)
		switch {
		case seconds < earliestSecond || seconds >= latestSecond:
		case unit == 1 || seconds >= firstOfLarger:
			return unit
		case n < -latestSecond*(unit/step):
			return unit
		}
	}
	return 0
}

// isBasicDate knows a day that is written without separators (ISO 8601 5.2.1.1).
func isBasicDate(text []byte) bool {
	const years, length = 4, 8
	if len(text) != length {
		return false
	}
	year, ok := digits(text, 0, years)
	month, ok2 := digits(text, years, 2)
	day, ok3 := digits(text, years+2, 2)
	return ok && ok2 && ok3 && 1800 <= year && year < 2200 && isDay(year, month, day)
}

func floorDivide(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
