package guard

import (
	"encoding/json"
	"regexp"
	"strconv"
)

// The second file is what has no place in the guard's 8 KB beside the catalogue: the stand-ins for vendors' functions, and
// what judges cookies. They are one file since whoever is held mostly needs both, and a page waits for each.
const secondKind = "second"

// quoted is a name in double quotes, as the source of the stand-ins writes parties.
var quoted = regexp.MustCompile(`"([A-Za-z0-9_-]+)"`)

// second makes the file. The numbers of purposes come after those of the parties.
func second(parties []Party, purposes []Purpose) (Asset, error) {
	table, err := tableOf(purposes)
	if err != nil {
		return Asset{}, err
	}
	source := part("standins.js")
	return newAsset(secondKind, "(()=>{\"use strict\"\nconst ids="+idsIn(source, parties)+"\n"+source+part("cookies.js")+`
globalThis[Symbol.for("privet")](t=>{standIns(id=>id in ids&&!!t.isHeld(ids[id]),t.denial?t.denial.split(","):[])
t.cookie=cookies(`+literal(table)+`,n=>t.isHeld(n+`+strconv.Itoa(len(parties))+`))})})()
`), nil
}

// idsIn gives the numbers of the parties that a source names, by their IDs, as an object of JavaScript: the guard knows
// parties by numbers alone.
func idsIn(source string, parties []Party) string {
	numbers := map[string]int{}
	for i, p := range parties {
		if _, ok := numbers[p.ID]; !ok {
			numbers[p.ID] = i
		}
	}
	ids := map[string]int{}
	for _, match := range quoted.FindAllStringSubmatch(source, -1) {
		if i, ok := numbers[match[1]]; ok {
			ids[match[1]] = i
		}
	}
	text, err := json.Marshal(ids) // sorted
	if err != nil {
		return "{}" // a map of numbers has no error
	}
	return string(text)
}
