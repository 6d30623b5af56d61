package guard

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Purpose is what cookies serve, by their names: whole ones, and globs in which "*" stands for anything. Names of the policy
// go before those of the catalogue, and these before those of the database, whatever they say. A cookie of several purposes
// is held where nothing may be stored for any of them.
type Purpose struct {
	Cookies   []string      // that the policy names
	Catalogue []string      // that the catalogue names
	Database  []string      // that the cookie database names
	Life      time.Duration // the longest that such a cookie may live; 0 for no bound. Of several purposes the shortest counts
}

var errCookie = errors.New("write the name of a cookie, without blanks, semicolons and equals signs")

// sides are the names, those that go first in front.
func (p *Purpose) sides() [3][]string { return [3][]string{p.Cookies, p.Catalogue, p.Database} }

// tableOf writes purposes as cookies.js reads them. Names stay text: as hashes they would be a third smaller, and take a
// site's own cookie for another now and then.
func tableOf(purposes []Purpose) (string, error) {
	var b strings.Builder
	for i := range purposes {
		p := &purposes[i]
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.FormatInt(int64((p.Life+time.Second-1)/time.Second), 10))
		for side, names := range p.sides() {
			for at, name := range names {
				if !isCookieName(name) {
					return "", fmt.Errorf("cookie %d in part %d of purpose %d: %w", at+1, side+1, i+1, errCookie)
				}
			}
			b.WriteString("\t" + strings.Join(names, " "))
		}
	}
	return b.String(), nil
}

// isCookieName takes names and globs, but not the glob of all names.
func isCookieName(name string) bool {
	return strings.Trim(name, "*") != "" &&
		!strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' || c == ';' || c == '=' })
}
