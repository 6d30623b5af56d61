package consent_test

import "testing"

func TestForeign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, own string
		fields    []string
		foreign   bool
	}{
		{"neither field", site, nil, false},
		{"the site's own page", site, []string{"Origin: " + site, "Sec-Fetch-Site: same-origin"}, false},
		{"typed by the person", site, []string{"Sec-Fetch-Site: none"}, false},
		{"an older browser", site, []string{"Origin: " + site}, false},
		{"other letters", site, []string{"Origin: https://WWW.example.com"}, false},
		{"the caller's default port", site + ":443", []string{"Origin: " + site}, false},
		{"another port on both", "http://localhost:8080", []string{"Origin: http://localhost:8080"}, false},
		{"http with its default port", "http://www.example.com:80", []string{"Origin: http://www.example.com"}, false},
		{"an address", "https://[2001:db8::1]:8443", []string{"Origin: https://[2001:db8::1]:8443"}, false},

		{"cross-site", site, []string{"Sec-Fetch-Site: cross-site"}, true},
		{"cross-site under our own origin", site, []string{"Origin: " + site, "Sec-Fetch-Site: cross-site"}, true},
		{"a sibling host", site, []string{"Sec-Fetch-Site: same-site"}, true},
		{"a word of no standard", site, []string{"Sec-Fetch-Site: friendly"}, true},
		{"an empty word", site, []string{"Sec-Fetch-Site: "}, true},
		{"two words", site, []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"}, true},
		{"combined words", site, []string{"Sec-Fetch-Site: same-origin, cross-site"}, true},
		{"another origin, said to be ours", site, []string{"Origin: https://evil.example", "Sec-Fetch-Site: same-origin"}, true},
		{"a page without a referrer", site, []string{"Origin: null", "Sec-Fetch-Site: same-origin"}, false},

		{"null", site, []string{"Origin: null"}, true},
		{"null from another site", site, []string{"Origin: null", "Sec-Fetch-Site: cross-site"}, true},
		{"null from a sibling", site, []string{"Origin: null", "Sec-Fetch-Site: same-site"}, true},
		{"null, typed by the person", site, []string{"Origin: null", "Sec-Fetch-Site: none"}, true},
		{"null and two words", site, []string{"Origin: null", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"}, true},
		{"null against nothing", "", []string{"Origin: null"}, true},
		{"empty", site, []string{"Origin: "}, true},
		{"empty against nothing", "", []string{"Origin: "}, true},
		{"another scheme", site, []string{"Origin: http://www.example.com"}, true},
		{"another port", site, []string{"Origin: https://www.example.com:8443"}, true},
		{"http's port under https", site, []string{"Origin: https://www.example.com:80"}, true},
		{"a sibling", site, []string{"Origin: https://blog.example.com"}, true},
		{"a suffix", site, []string{"Origin: https://evilwww.example.com"}, true},
		{"a prefix", site, []string{"Origin: https://www.example.com.evil.example"}, true},
		{"credentials", site, []string{"Origin: https://www.example.com@evil.example"}, true},
		{"a path", site, []string{"Origin: https://www.example.com/"}, true},
		{"a dot at the end", site, []string{"Origin: https://www.example.com."}, true},
		{"two origins", site, []string{"Origin: " + site, "Origin: https://evil.example"}, true},
		{"two on one line", site, []string{"Origin: " + site + " https://evil.example"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for method, success := range map[string]int{"POST": 303, "DELETE": 204} {
				v := newVisitor(t, "")
				v.origin = c.own
				res := v.send(t, method, "grant=all", append([]string{asForm}, c.fields...)...)
				if !c.foreign && res.StatusCode != success {
					t.Errorf("%s: the status is %d, want %d", method, res.StatusCode, success)
				}
				if c.foreign {
					v.refused(t, res, 403, "")
				}
				if c.foreign != (len(v.changes) == 0) {
					t.Errorf("%s: the changes are %v", method, v.changes)
				}
			}
		})
	}
}
