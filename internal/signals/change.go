package signals

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// ErrFull says that a person's choices do not fit into a cookie. Nothing is written then: dropping a choice would turn
// a refusal into silence.
var ErrFull = errors.New("the choices do not fit into a cookie")

var errID = errors.New("an id cannot be written into a cookie")

// Change is a choice a person made just now. Ids it does not name stay as they were; one both granted and refused is
// refused.
type Change struct {
	Grant  []string
	Refuse []string
	Shown  []string // of Grant: beside these the conflict with GPC was shown
	Forget bool     // everything said before is forgotten
}

// Choose gives our cookie after a change, as "name=value", and the input as the next request will bring it. An empty
// value means that nothing is left on record and the cookie is to be expired. Choices that no longer count are not
// written back. A cookie of ours that the browser holds for another path or domain is merged in, cannot be replaced from
// here, and is not part of next.
func (in Input) Choose(p *rules.Policy, c Change, now time.Time) (cookie string, next Input, err error) {
	record := map[string]entry{}
	if !c.Forget {
		record = recorded(in.Cookies, clock{now, p.Consent().RenewAfter})
	}
	for _, id := range c.Grant {
		record[id] = entry{id, granted, now.Unix()}
	}
	for _, id := range c.Shown {
		if _, chosen := record[id]; chosen && slices.Contains(c.Grant, id) {
			record[id] = entry{id, grantedShown, now.Unix()}
		}
	}
	for _, id := range c.Refuse {
		record[id] = entry{id, refused, now.Unix()}
	}
	value, err := write(p, record)
	if err != nil {
		return "", Input{}, err
	}
	next = in
	cookie = CookieName + "=" + value
	next.Cookies = []string{cookie}
	return cookie, next, nil
}

// recorded is every choice that still counts, ids of other policies included.
func recorded(lines []string, c clock) map[string]entry {
	record := map[string]entry{}
	for _, line := range lines {
		for ours, rest := cut(line); ours.found; ours, rest = cut(rest) {
			for _, e := range entries(ours.value) {
				if known, ok := record[e.id]; c.judge(e.at) == current && (!ok || e.beats(known)) {
					record[e.id] = e
				}
			}
		}
	}
	return record
}

// entries are the choices of one cookie, none where it is malformed.
func entries(value string) []entry {
	var all []entry
	s := scan(value)
	for s.next() {
		all = append(all, s.entry)
	}
	if s.malformed {
		return nil
	}
	return all
}

// beats settles two choices on one id: a refusal beats a grant, else the later stands.
func (e entry) beats(other entry) bool {
	if (e.kind == refused) != (other.kind == refused) {
		return e.kind == refused
	}
	return e.at > other.at
}

// write makes the cookie's value, sorted by id. Ids of other policies go first when room is short.
func write(p *rules.Policy, record map[string]entry) (string, error) {
	value, err := format(record)
	if errors.Is(err, ErrFull) {
		maps.DeleteFunc(record, func(id string, _ entry) bool {
			var none rules.Choices
			return !p.Choose(&none, id, false)
		})
		value, err = format(record)
	}
	return value, err
}

func format(record map[string]entry) (string, error) {
	if len(record) == 0 {
		return "", nil
	}
	var b strings.Builder
	b.WriteString(version)
	for _, id := range slices.Sorted(maps.Keys(record)) {
		if !validID(id) {
			return "", errID
		}
		e := record[id]
		b.WriteString("!" + id + ":" + string(e.kind) + ":" + strconv.FormatInt(e.at, 10))
	}
	if b.Len() > maxValue {
		return "", ErrFull
	}
	return b.String(), nil
}
