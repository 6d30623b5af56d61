package filter

import (
	"net/http"
	"testing"
)

func TestActs(t *testing.T) {
	t.Parallel()
	// Whether rules could act hangs on no choice.
	for _, v := range []visitor{newVisitor(t, wirePolicy, "/"), newVisitor(t, wirePolicy, "/", "stats", "ads")} {
		reach := Reach{Policy: v.policy, Host: "www.shop.example"}
		for _, c := range []struct {
			name string
			h    http.Header
			want bool
		}{
			{"nothing", http.Header{"Content-Type": {"image/png"}, "Etag": {`"a"`}}, false},
			{"labelled field", http.Header{"X_plan": {"gold"}}, true},
			{"labelled field without lines", http.Header{"X-Plan": {}}, false},
			{"another field", http.Header{"X-Other": {"gold"}}, false},
			{"strictly necessary", http.Header{"Set-Cookie": {"sid=1", "__Host-sid=1; Domain=shop.example"}}, false},
			{"unclassified", http.Header{"Set-Cookie": {"x=1"}}, false},
			{"our own", http.Header{"Set-Cookie": {"privet_consent=1"}}, false},
			{"with a purpose", http.Header{"Set-Cookie": {"sid=1", "_ma=1"}}, true},
			{"foreign domain", http.Header{"Set-Cookie": {"x=1; Domain=meter.example"}}, true},
			{"Set-Cookie2", http.Header{"Set-Cookie2": {"x=1"}}, true},
			{"plain location", http.Header{"Location": {"/a?b=1#phone=1"}}, false},
			{"labelled parameter", http.Header{"Location": {"/a?b=1&ph%6fne=1"}}, true},
			{"click id", http.Header{"Content-Location": {"/a?mid=1"}}, true},
			{"click id behind a cut", http.Header{"Location": {"/a?b;mid=1"}}, false},
			{"link", http.Header{"Link": {"<a?b>, <c?gclid=1>"}}, true},
			{"plain link", http.Header{"Link": {"<a?b>; gclid=1"}}, false},
			{"refresh", http.Header{"Refresh": {"1; url='/a?phone=1'"}}, true},
			{"late field", http.Header{http.TrailerPrefix + "X-Plan": {"gold"}}, true},
			{"announced field", http.Header{"Trailer": {"Expires, x-plan"}}, true},
			{"announced cookies", http.Header{"Trailer": {"set-cookie"}}, true},
			{"announced other", http.Header{"Trailer": {"Grpc-Status"}}, false},
		} {
			if got := v.plan.Acts(v.Decision, c.h, reach); got != c.want {
				t.Errorf("%s: %t", c.name, got)
			}
		}
		if !v.plan.Acts(v.Decision, http.Header{}, Reach{Body: true}) {
			t.Error("a body with labels is acted on")
		}
		if !v.plan.Acts(v.Decision, http.Header{"Set-Cookie": {"sid=1"}}, Reach{Host: "www.shop.example"}) {
			t.Error("without a policy no cookie is known to be necessary")
		}
	}
}
