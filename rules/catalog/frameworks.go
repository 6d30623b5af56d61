package catalog

// Framework is a law's finding that organisations certified under a Data Privacy Framework protect personal data
// adequately. Whether an organisation is certified is not known here.
type Framework struct {
	Law     string // EEA, GB or CH
	Name    string
	Country string // of the organisations, ISO 3166-1
	From    Date   // the first day on which it holds
	Until   Date   // the last; 0: open
	Source  string
}

// FrameworkOf finds the framework that a law recognises on a day.
func FrameworkOf(law string, day Date) (Framework, bool) {
	for _, row := range frameworks {
		if row.Law == law && holds(day, row.From, row.Until) {
			return row, true
		}
	}
	return Framework{}, false
}

// The appeal C-703/25 P (Latombe) against the judgment that upheld the first of them, T-553/23, is pending; should it
// fall, its last day belongs into Until and its name into invalidations.
//
//nolint:gochecknoglobals // a table that never changes
var frameworks = []Framework{
	{
		Law: areaEEA, Name: "EU-U.S. Data Privacy Framework", Country: "US", From: date(2023, 7, 10),
		Source: "Implementing Decision (EU) 2023/1795",
	},
	{
		Law: areaGB, Name: "UK Extension to the EU-U.S. Data Privacy Framework", Country: "US", From: date(2023, 10, 12),
		Source: "Data Protection (Adequacy) (United States of America) Regulations 2023",
	},
	{
		Law: areaCH, Name: "Swiss-U.S. Data Privacy Framework", Country: "US", From: date(2024, 9, 15),
		Source: sourceCH,
	},
}

// Invalidation is the end of a safeguard that policies still name.
type Invalidation struct {
	Word   string // of the policy language
	Name   string
	Ruling string // who ended it, and in which case or paper
	Date   Date
}

// Invalidated finds how the safeguard of a word ended.
func Invalidated(word string) (Invalidation, bool) {
	for _, row := range invalidations {
		if row.Word == word {
			return row, true
		}
	}
	return Invalidation{}, false
}

// The Swiss arrangements were ended by no court: the commissioner withdrew the finding they rested on.
//
//nolint:gochecknoglobals // a table that never changes
var invalidations = []Invalidation{
	{"safe_harbor", "Safe Harbor", "Court of Justice, C-362/14 (Schrems)", date(2015, 10, 6)},
	{"privacy_shield", "EU-U.S. Privacy Shield", "Court of Justice, C-311/18 (Schrems II)", date(2020, 7, 16)},
	{"swiss_safe_harbor", "U.S.-Swiss Safe Harbor", "Federal Data Protection Commissioner (FDPIC), statement on C-362/14", date(2015, 10, 22)},
	{"swiss_privacy_shield", "Swiss-U.S. Privacy Shield", "Federal Data Protection Commissioner (FDPIC), position paper on transfers to the USA", date(2020, 9, 8)},
}
