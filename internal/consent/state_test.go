package consent_test

import (
	"strings"
	"testing"
)

func TestState(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, "")
	v.chosen = map[string]string{"analytics": "grant", "fraud": "refuse", "service": "refuse", "contact_list": "refuse"}
	for _, method := range []string{"GET", "GET ?forget", "HEAD"} {
		res := v.send(t, method, "")
		if res.StatusCode != 200 || len(res.Header["Set-Cookie"]) > 0 || len(v.changes) > 0 {
			t.Fatalf("%s: status %d, cookies %q, changes %v", method, res.StatusCode, res.Header["Set-Cookie"], v.changes)
		}
		s := decode[state](t, res, "application/json")
		for id, want := range map[string]purposeState{
			"analytics":          {"granted", "analytics is on consent, and was granted (privet)", true, true},
			"advertising":        {"silent", "advertising is on consent; nothing was said, and silence refuses here (opt_in)", false, false},
			"fraud":              {"refused", "the person objected to fraud (privet)", false, false},
			"service":            {"refused", "service is on contract", true, false},
			"strictly_necessary": {"silent", "strictly_necessary is strictly necessary", true, true},
			"research":           {"silent", "research is on public_task, and nobody objected", true, false},
		} {
			if got := s.Purposes[id]; got != want {
				t.Errorf("%s: %s is %+v, want %+v", method, id, got, want)
			}
		}
		if len(s.Categories) != 1 || s.Categories["contact_list"].State != "refused" {
			t.Errorf("%s: the categories are %v", method, s.Categories)
		}
		if s.GPC || s.Conflicts == nil || len(s.Conflicts) != 0 {
			t.Errorf("%s: GPC %t, conflicts %v", method, s.GPC, s.Conflicts)
		}
	}
}

// A grant that GPC overrules is said in the answer to it; one that stands is, too.
func TestConflict(t *testing.T) {
	t.Parallel()
	for settings, stands := range map[string]bool{"refusal": false, "explicit": true} {
		v := newVisitor(t, settings)
		v.gpc = true
		res := v.send(t, "POST", `{"grant":["advertising"],"shown":["advertising"]}`, asJSON)
		s := decode[state](t, res, "application/json")
		if got := s.Purposes["advertising"]; got.State != "granted" || got.Permitted != stands || got.Stored != stands {
			t.Errorf("advertising is %+v, want a grant that stands %t", got, stands)
		}
		if !stands && !strings.Contains(s.Purposes["advertising"].Reason, "refused (gpc)") {
			t.Errorf("the reason is %q", s.Purposes["advertising"].Reason)
		}
		if !s.GPC || len(s.Conflicts) != 1 {
			t.Fatalf("GPC %t, conflicts %v", s.GPC, s.Conflicts)
		}
		if c := s.Conflicts[0]; c.Purpose != "advertising" || c.Granted != "privet" || c.Refused != "gpc" || c.Stood != stands {
			t.Errorf("the conflict is %+v", c)
		}
	}
}
