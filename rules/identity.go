package rules

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash"
	"sort"
)

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // an alphabet

// identify hashes what the decision leads to, not the facts that led there: a visitor from Lyon and one from Berlin to
// whom the same things happen share a plan and an ETag.
func (d *Decision) identify() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%s|%t|", d.policy.digest, d.facts.Purpose, d.facts.Element)
	for _, label := range d.Labels().All() {
		fmt.Fprintf(h, "%s %d %q %t|", label.At, label.Part, label.Field, label.surely)
	}
	for _, each := range d.Labels().Each() {
		fmt.Fprintf(h, "%q|", each)
	}
	for _, allow := range d.Labels().Allow() {
		fmt.Fprintf(h, "allow %s %q|", allow.At, allow.Field)
	}
	for _, dir := range d.rulings {
		for _, r := range dir {
			a := r.Action
			a.At = Position{}
			fmt.Fprintf(h, "%#v|", a) // with every argument, which String leaves out in part
		}
	}
	writeVerdicts(h, d.permitted)
	writeVerdicts(h, d.stored)
	writeVerdicts(h, d.embeds)
	denied, told := d.ConsentMode()
	fmt.Fprintf(h, "%q %t|", denied, told)
	for _, t := range []Transfer{d.transfer, d.caller} {
		fmt.Fprintf(h, "%s %d %d|", t.Recipient, t.State, t.OnMissing)
	}
	if len(d.withheld) > 0 {
		fmt.Fprintf(h, "withheld %v|", d.withheld)
	}
	return idEncoding.EncodeToString(h.Sum(nil))[:12]
}

func writeVerdicts(h hash.Hash, verdicts map[string]Verdict) {
	ids := make([]string, 0, len(verdicts))
	for id, v := range verdicts {
		if v.Allowed {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	fmt.Fprintf(h, "%v|", ids)
}
