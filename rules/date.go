package rules

import (
	"errors"
	"time"
)

// Date is a day in UTC, counted from 1970-01-01; the zero value is no date.
type Date int32

const dateLayout = "2006-01-02"

var errDate = errors.New("not a date")

// DateOf is the day in which t falls, in UTC.
func DateOf(t time.Time) Date {
	return Date(t.UTC().Unix() / int64(24*time.Hour/time.Second))
}

// ParseDate reads "2006-01-02".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(dateLayout, text)
	if err != nil || t.Unix() <= 0 {
		return 0, errDate
	}
	return DateOf(t), nil
}

// Time is midnight UTC at which the day begins.
func (d Date) Time() time.Time { return time.Unix(int64(d)*int64(24*time.Hour/time.Second), 0).UTC() }

// String is "2006-01-02", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(dateLayout)
}
