package jar

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	day = 24 * time.Hour
	// skew is how many days the clock that wrote an entry may have been ahead.
	skew = 1
)

// Ages are the days on which the cookies of one browser were first seen, while one request is answered. The zero value
// holds none; ReadAges makes one.
//
// A cookie's window begins with the first day and lasts as long as its retention, however often it is set. What a browser
// still holds when its window is over has ended: it is to be deleted, and may begin anew with the next request. A retention
// of less than a day lasts until the first day is over, as days are all that is kept.
type Ages struct {
	now     time.Time
	longest time.Duration // retention of any cookie: entries that are older mean nothing
	today   int32
	list    []age
	ended   []uint32
	// floor is since when whatever is not in the list counts as seen: with a full list the oldest day in it, as an entry may
	// have found no room. 0 where there is room.
	floor   int32
	unread  bool // there is a value, and none that can be read: whatever the browser holds has ended
	changed bool
}

type age struct {
	hash  uint32
	first int32 // day
}

// ReadAges reads the companion in the Cookie lines of a request. longest is the longest retention of any cookie.
func ReadAges(lines []string, now time.Time, longest time.Duration) Ages {
	a := Ages{now: now, longest: longest, today: int32(now.Unix() / int64(day/time.Second))}
	read := false
	for _, line := range lines {
		if !strings.Contains(line, AgesName) {
			continue
		}
		for pair := range strings.SplitSeq(line, ";") {
			name, value, _ := strings.Cut(pair, "=")
			if strings.Trim(name, " \t") != AgesName {
				continue
			}
			if value = strings.Trim(value, " \t"); value == "" {
				continue
			}
			if a.read(value) {
				read = true
			} else {
				a.unread = true
			}
		}
	}
	a.changed = a.unread
	a.unread = a.unread && !read
	a.settle()
	return a
}

// settle finds the floor of a full list. It stays once there is room again, for what found none before.
func (a *Ages) settle() {
	if len(a.list) < maxAges {
		return
	}
	a.floor = a.list[0].first
	for _, e := range a.list {
		a.floor = min(a.floor, e.first)
	}
}

// read takes a value whole or not at all.
func (a *Ages) read(value string) bool {
	if value[0] != agesVersion || (len(value)-1)%entryLength != 0 || (len(value)-1)/entryLength > maxAges {
		return false
	}
	before := len(a.list)
	for rest := value[1:]; rest != ""; rest = rest[entryLength:] {
		hash, readable := readDigits(rest[:hashLength])
		first, dated := readDigits(rest[hashLength:entryLength])
		if !readable || !dated || int32(first) > a.today+skew {
			a.list = a.list[:before]
			return false
		}
		if e := a.find(hash); e != nil {
			e.first = min(e.first, int32(first))
		} else if len(a.list) < maxAges {
			a.list = append(a.list, age{hash, int32(first)})
		}
	}
	return true
}

func (a *Ages) find(hash uint32) *age {
	for i := range a.list {
		if a.list[i].hash == hash {
			return &a.list[i]
		}
	}
	return nil
}

// Held says how much is left to a cookie that the request carries; nothing is left to one that has ended. One that is met
// for the first time is noted.
func (a *Ages) Held(name string, retention time.Duration) (left time.Duration) {
	hash := hashOf(name)
	if a.hasEnded(hash) {
		return 0
	}
	first, known := a.first(hash)
	if a.unread {
		first = 0
	}
	if left = a.left(first, retention); left > 0 {
		if !known {
			a.add(hash, first)
		}
		return left
	}
	a.ended = append(a.ended, hash)
	a.forget(hash)
	return 0
}

// Given says how long a cookie may live that a response sets, at most its retention. Nothing is left to one that has ended
// with this request. One whose window is over and which the browser no longer holds begins anew. It is asked once the
// request has told all that it holds.
func (a *Ages) Given(name string, retention time.Duration) (left time.Duration) {
	hash := hashOf(name)
	if a.hasEnded(hash) {
		return 0
	}
	a.prune()
	first, known := a.first(hash)
	switch left = a.left(first, retention); {
	case left > 0 && known:
		return left
	case left > 0 && a.floor > 0:
		a.add(hash, first)
		return left
	}
	a.forget(hash)
	if len(a.list) >= maxAges {
		return 0
	}
	a.add(hash, a.today)
	return retention
}

// prune makes room in a full list.
func (a *Ages) prune() {
	if len(a.list) < maxAges {
		return
	}
	live := a.list[:0]
	for _, e := range a.list {
		if a.left(e.first, a.longest) > 0 {
			live = append(live, e)
		}
	}
	a.changed = a.changed || len(live) < len(a.list)
	a.list = live
}

// Forget drops what is kept of a cookie.
func (a *Ages) Forget(name string) { a.forget(hashOf(name)) }

// Empty says that nothing is kept.
func (a *Ages) Empty() bool { return len(a.list) == 0 }

// Changed says that the browser is to be told.
func (a *Ages) Changed() bool { return a.changed }

// Line is the value of a Set-Cookie field that tells the browser: the companion, or its deletion where it holds nothing.
func (a *Ages) Line(secure bool) string {
	line := append(make([]byte, 0, len(AgesName)+2+entryLength*len(a.list)+64), AgesName+"="...)
	var until time.Duration
	for i, e := range a.list {
		left := a.left(e.first, a.longest)
		if left <= 0 {
			continue
		}
		if until == 0 {
			line = append(line, agesVersion)
		}
		until = max(until, left)
		line = appendDigits(line, a.list[i].hash, hashLength)
		line = appendDigits(line, uint32(max(0, e.first)), dayLength)
	}
	line = append(line, "; Max-Age="...)
	line = strconv.AppendInt(line, int64(until/time.Second), 10)
	line = append(line, "; Path=/; SameSite=Lax"...)
	if secure {
		line = append(line, "; Secure"...)
	}
	return string(line)
}

// first is the day that counts for a cookie. One that nobody noted counts from today, unless it may have found no room.
func (a *Ages) first(hash uint32) (first int32, known bool) {
	if e := a.find(hash); e != nil {
		return e.first, true
	}
	if a.floor > 0 {
		return a.floor, false
	}
	return a.today, false
}

func (a *Ages) left(first int32, retention time.Duration) time.Duration {
	end := time.Unix(int64(first)*int64(day/time.Second), 0).Add(max(retention, day))
	return min(end.Sub(a.now), retention)
}

func (a *Ages) hasEnded(hash uint32) bool {
	return slices.Contains(a.ended, hash)
}

func (a *Ages) add(hash uint32, first int32) {
	if len(a.list) >= maxAges {
		return // it is as old as the oldest from now on
	}
	a.list = append(a.list, age{hash, first})
	a.changed = true
	if a.floor == 0 {
		a.settle()
	}
}

func (a *Ages) forget(hash uint32) {
	for i := range a.list {
		if a.list[i].hash == hash {
			a.list = append(a.list[:i], a.list[i+1:]...)
			a.changed = true
			return
		}
	}
}
