package blocklist

import (
	"reflect"
	"slices"
	"testing"
)

func TestRules(t *testing.T) {
	t.Parallel()
	l, _ := ParseList([]byte(`||a.example^
@@||b.example/X*y^|$script,image,domain=p.example|~q.p.example|r.*,important
|https://c.$3p,match-case,strict1p
/ads[0-9]+/$to=d.example,denyallow=e.d.example
||gone.example^
||gone.example^$badfilter
||params.example^$removeparam=x
||page.example^$document`))
	want := []Rule{
		{Pattern: "a.example", Anchors: AtLabel | HostAlone, Types: Usual},
		{
			Pattern: "b.example/x*y^", Anchors: AtLabel | AtEnd, Exception: true, Important: true, Types: Script | Image,
			From: "p.example|~q.p.example|r.*",
		},
		{Pattern: "https://c.", Anchors: AtStart, MatchCase: true, Types: Usual, Party: OnlyThird | SameHost},
		{Pattern: "ads[0-9]+", Expression: true, Literals: []string{"ads"}, Types: Usual, To: "d.example", Deny: "e.d.example"},
	}
	got := slices.Collect(l.Rules())
	for i := range got {
		if i == 1 {
			got[i].From = want[i].From // the order of domains is that of their hashes
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
