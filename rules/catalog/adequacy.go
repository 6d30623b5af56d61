package catalog

import "slices"

// Adequacy is one exporting law's finding that a country protects personal data adequately (GDPR Art. 45, UK GDPR
// Art. 45A, FADP Art. 16(1)).
type Adequacy struct {
	Law     string   // EEA, GB or CH
	Country string   // ISO 3166-1, or "EEA" for all of that area
	Scope   string   // to whom or what it is limited, in words; "" without limit
	From    Date     // the first day on which it holds
	Until   Date     // the last; 0: open
	Except  []string // origins for which it does not hold
	Source  string
}

// Adequate finds the row by which a law allows transfers to a country on a day. The origin is the data subject's
// country, "ZZ" where it is unknown, or "" where the law binds the exporter and not the subject's place. A row that
// excepts some origins does not hold for those, nor for an unknown one, which may be one of them.
func Adequate(law, origin, country string, day Date) (Adequacy, bool) {
	for i := range adequacies {
		row := &adequacies[i]
		if row.Law == law && row.reaches(country) && holds(day, row.From, row.Until) && row.binds(origin) {
			return *row, true
		}
	}
	return Adequacy{}, false
}

// Adequacies are all rows, by law and then by country. The caller owns the slice.
func Adequacies() []Adequacy { return slices.Clone(adequacies) }

func (a *Adequacy) reaches(country string) bool {
	return country != "" && (a.Country == country || a.Country == Area(country))
}

func (a *Adequacy) binds(origin string) bool {
	return len(a.Except) == 0 || origin != "ZZ" && !slices.Contains(a.Except, origin)
}

// Scopes of decisions that do not cover a whole country.
const (
	scopeCanada = "organisations subject to PIPEDA, in the course of commercial activities"
	scopeIsrael = "transfers that are automated, or processed by automated means in Israel; the territory recognised by international law"
	scopeJapan  = "businesses handling personal information under the APPI, with the supplementary rules"
	scopeKorea  = "controllers under PIPA; not missions, party candidacies, or credit information under the Financial Services Commission"
)

const (
	sourceGB = "Data Protection Act 2018, Schedule 21, paragraph 5"
	sourceCH = "Data Protection Ordinance (SR 235.11), Annex 1"
)

// Decisions rest on the days on which they were adopted (EEA) or came into force (GB, CH).
//
// The United States have no row under any law: only certified organisations are covered, see Framework. Brazil's
// decision awaits its incorporation into the EEA Agreement, so that it does not bind Norway, Iceland and Liechtenstein.
// The European Patent Organisation, found adequate on 2025-07-15, is no country. Annex 1 of the Swiss ordinance names no
// Japan, Korea or Brazil, and the United Kingdom's regulations no Brazil, as far as is known; hence no rows.
//
//nolint:gochecknoglobals // a table that never changes
var adequacies = []Adequacy{
	{Law: areaEEA, Country: "AD", From: date(2010, 10, 19), Source: "Decision 2010/625/EU"},
	{Law: areaEEA, Country: "AR", From: date(2003, 6, 30), Source: "Decision 2003/490/EC"},
	{Law: areaEEA, Country: "BR", From: date(2026, 1, 26), Except: []string{"NO", "IS", "LI"}, Source: "Implementing Decision (EU) 2026/179"},
	{Law: areaEEA, Country: "CA", Scope: scopeCanada, From: date(2001, 12, 20), Source: "Decision 2002/2/EC"},
	{Law: areaEEA, Country: "CH", From: date(2000, 7, 26), Source: "Decision 2000/518/EC"},
	{Law: areaEEA, Country: "FO", From: date(2010, 3, 5), Source: "Decision 2010/146/EU"},
	{Law: areaEEA, Country: "GB", From: date(2021, 6, 28), Until: date(2031, 12, 27), Source: "Implementing Decision (EU) 2021/1772, renewed on 2025-12-19"},
	{Law: areaEEA, Country: "GG", From: date(2003, 11, 21), Source: "Decision 2003/821/EC"},
	{Law: areaEEA, Country: "IL", Scope: scopeIsrael, From: date(2011, 1, 31), Source: "Decision 2011/61/EU"},
	{Law: areaEEA, Country: "IM", From: date(2004, 4, 28), Source: "Decision 2004/411/EC"},
	{Law: areaEEA, Country: "JE", From: date(2008, 5, 8), Source: "Decision 2008/393/EC"},
	{Law: areaEEA, Country: "JP", Scope: scopeJapan, From: date(2019, 1, 23), Source: "Implementing Decision (EU) 2019/419"},
	{Law: areaEEA, Country: "KR", Scope: scopeKorea, From: date(2021, 12, 17), Source: "Implementing Decision (EU) 2022/254"},
	{Law: areaEEA, Country: "NZ", From: date(2012, 12, 19), Source: "Implementing Decision 2013/65/EU"},
	{Law: areaEEA, Country: "UY", From: date(2012, 8, 21), Source: "Implementing Decision 2012/484/EU"},

	{Law: areaGB, Country: "AD", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "AR", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "CA", Scope: scopeCanada, From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "CH", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: areaEEA, From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "FO", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "GG", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "GI", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "IL", Scope: scopeIsrael, From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "IM", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "JE", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "JP", Scope: scopeJapan, From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "KR", From: date(2022, 12, 19), Source: "Data Protection (Adequacy) (Republic of Korea) Regulations 2022"},
	{Law: areaGB, Country: "NZ", From: ukExit, Source: sourceGB},
	{Law: areaGB, Country: "UY", From: ukExit, Source: sourceGB},

	{Law: areaCH, Country: "AD", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "AR", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "CA", Scope: scopeCanada, From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: areaEEA, From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "FO", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "GB", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "GG", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "GI", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "IL", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "IM", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "JE", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "MC", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "NZ", From: newFADP, Source: sourceCH},
	{Law: areaCH, Country: "UY", From: newFADP, Source: sourceCH},
}

//nolint:gochecknoglobals // days that never change
var (
	ukExit  = date(2021, 1, 1) // the transition ended at 23:00 UTC the day before
	newFADP = date(2023, 9, 1) // the revised Act and its ordinance came into force
)
