package catalog

import "time"

const secondsPerDay = int64(24 * time.Hour / time.Second)

// Date is a day in UTC, counted from 1970-01-01; the zero value is no date.
type Date int32

// String is "2006-01-02", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

func date(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// holds says that a day lies between two days, both included; a last day of 0 leaves the end open.
func holds(day, from, until Date) bool {
	return day >= from && from != 0 && (until == 0 || day <= until)
}
