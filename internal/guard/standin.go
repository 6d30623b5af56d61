package guard

import (
	"encoding/json"
	"regexp"
	"strings"
)

// quoted is a name in double quotes, as the source of the stand-ins writes parties.
var quoted = regexp.MustCompile(`"([A-Za-z0-9_-]+)"`)

// standIns makes the asset of a source that declares the function standIns(isHeld, denied): isHeld says of a party's ID
// whether it is held back, and denied holds the types of Consent Mode that are. IDs are numbers to the guard, hence the asset
// says those of the IDs that its source names. It is an asset of its own since what it holds has no place in the guard's
// 8 KB beside the catalogue.
func standIns(source string, parties []Party) Asset {
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
	table, err := json.Marshal(ids) // sorted
	if err != nil {
		table = []byte("{}") // a map of numbers has no error
	}
	return newAsset("standins", "(()=>{\"use strict\"\nconst ids="+string(table)+"\n"+strings.TrimSpace(source)+`
globalThis[Symbol.for("privet")](t=>standIns(id=>id in ids&&!!t.isHeld(ids[id]),t.denial?t.denial.split(","):[]))})()
`)
}
