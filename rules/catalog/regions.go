package catalog

import (
	"strings"
	"unicode/utf8"
)

// The areas with an exporting law of their own.
const (
	areaEEA = "EEA" // the GDPR
	areaGB  = "GB"  // the UK GDPR
	areaCH  = "CH"  // the Federal Act on Data Protection
)

// eea holds the 27 member states (Art. 52 TEU), the three EFTA states of the EEA Agreement (Joint Committee Decision
// 154/2018 took the GDPR in), the outermost regions that have codes of their own (Art. 349 and 355(1) TFEU) and Åland
// (Art. 355(4)). Saint-Barthélemy left the Union on 2012-01-01; Greenland, the Faroes and the overseas countries and
// territories of Art. 198 TFEU are outside it.
//
//nolint:gochecknoglobals // a table that never changes
var eea = setOf(`
	AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE
	IS LI NO
	GP GF MQ RE YT MF
	AX`)

// assigned holds the officially assigned codes of ISO 3166-1 alpha-2, and XK, which users assigned to Kosovo and which
// address databases speak.
//
//nolint:gochecknoglobals // a table that never changes
var assigned = setOf(`
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ
	BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
	CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ
	DE DJ DK DM DO DZ
	EC EE EG EH ER ES ET
	FI FJ FK FM FO FR
	GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY
	HK HM HN HR HT HU
	ID IE IL IM IN IO IQ IR IS IT
	JE JM JO JP
	KE KG KH KI KM KN KP KR KW KY KZ
	LA LB LC LI LK LR LS LT LU LV LY
	MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
	NA NC NE NF NG NI NL NO NP NR NU NZ
	OM
	PA PE PF PG PH PK PL PM PN PR PS PT PW PY
	QA
	RE RO RS RU RW
	SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
	TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
	UA UG UM US UY UZ
	VA VC VE VG VI VN VU
	WF WS
	YE YT
	ZA ZM ZW
	XK`)

// apart are subdivisions that ISO 3166-2 lists under a state of the EEA though they lie outside it, with the ISO 3166-1
// codes that they also have. Left as they are, they would borrow the law of the state.
//
//nolint:gochecknoglobals // a table that never changes
var apart = map[string]string{
	"FR-BL": "BL", "FR-NC": "NC", "FR-PF": "PF", "FR-PM": "PM", "FR-TF": "TF", "FR-WF": "WF",
	"NL-AW": "AW", "NL-BQ1": "BQ", "NL-BQ2": "BQ", "NL-BQ3": "BQ", "NL-CW": "CW", "NL-SX": "SX",
	"NO-21": "SJ", "NO-22": "SJ",
}

// Area is the law's area that a country belongs to: "EEA", "GB", "CH", or "" for none. The country is an ISO 3166-1
// alpha-2 code in upper case, as Country gives it.
func Area(country string) string {
	switch {
	case eea[country]:
		return areaEEA
	case country == areaGB, country == areaCH:
		return country
	default:
		return ""
	}
}

// Country gives the canonical form of an ISO 3166-1 alpha-2 code or an ISO 3166-2 one, such as "US-CA", in either case.
// EL and UK, which the European Commission writes, become GR and GB; a subdivision outside the law of its state becomes
// the country code it has of its own ("FR-NC" is NC). ok is false where the country is not assigned ("ZZ", "EU") or the
// form is another.
func Country(code string) (canonical string, ok bool) {
	if len(code) < 2 || len(code) > len("GB-ABC") {
		return "", false
	}
	for i := range len(code) {
		if code[i] >= utf8.RuneSelf { // letters beyond ASCII may have upper-case forms within it
			return "", false
		}
	}
	country, subdivision, divided := strings.Cut(strings.ToUpper(code), "-")
	switch country {
	case "EL":
		country = "GR"
	case "UK":
		country = "GB"
	}
	if !assigned[country] || divided && !isSubdivision(subdivision) {
		return "", false
	}
	if !divided {
		return country, true
	}
	canonical = country + "-" + subdivision
	if own, outside := apart[canonical]; outside {
		return own, true
	}
	return canonical, true
}

// isSubdivision checks the second part of an ISO 3166-2 code: one to three letters or digits. Which ones a country has
// changes every year, and is not checked.
func isSubdivision(part string) bool {
	for i := range len(part) {
		if c := part[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(part) >= 1 && len(part) <= 3
}

func setOf(codes string) map[string]bool {
	set := map[string]bool{}
	for code := range strings.FieldsSeq(codes) {
		set[code] = true
	}
	return set
}
