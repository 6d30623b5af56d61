package filter

import "bytes"

const (
	weekdays = "MonTueWedThuFriSatSun"
	months   = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// mailDay appends the day of "Sun, 06 Nov 1994 08:49:37 GMT" as ISO 8601 writes it: the dates of HTTP headers
// (RFC 9110 5.6.7) and of mails (RFC 5322 3.3), which some APIs use in JSON, too. The older forms that HTTP knows are not
// read: one has a year of two digits.
func mailDay(dst, text []byte) ([]byte, bool) {
	if len(text) > 4 && text[3] == ',' && text[4] == ' ' {
		if indexOfThree(weekdays, text) < 0 {
			return dst, false
		}
		text = text[5:]
	}
	figures, rest := takeDigits(text)
	if n := len(figures); n != 1 && n != 2 {
		return dst, false
	}
	day, _ := digits(figures, 0, len(figures))
	if len(rest) < len(" Nov 1994 ") || rest[0] != ' ' || rest[4] != ' ' || rest[9] != ' ' {
		return dst, false
	}
	month := 1 + indexOfThree(months, rest[1:])
	year, ok := digits(rest, 5, yearLength)
	if !ok || !isDay(year, month, day) || !isMailTime(rest[10:]) {
		return dst, false
	}
	dst = append(append(dst, rest[5:9]...), '-')
	dst = append(dst, byte('0'+month/10), byte('0'+month%10), '-')
	return append(dst, byte('0'+day/10), byte('0'+day%10)), true
}

// isMailTime takes "08:49:37 GMT" and "08:49 +0100".
func isMailTime(text []byte) bool {
	at := bytes.IndexByte(text, ' ')
	if at < 0 || !isTime(text[:at]) || bytes.ContainsAny(text[:at], "Zz+-") {
		return false
	}
	switch zone := text[at+1:]; string(zone) {
	case "GMT", "UT", "UTC", "Z":
		return true
	default:
		return len(zone) == len("+0100") && isZone(zone)
	}
}

// indexOfThree finds a name of three letters, in any case, in a list of such; -1 where it is none of them.
func indexOfThree(list string, text []byte) int {
	if len(text) < 3 {
		return -1
	}
	for i := 0; i < len(list); i += 3 {
		if bytes.EqualFold(text[:3], []byte(list[i:i+3])) {
			return i / 3
		}
	}
	return -1
}
