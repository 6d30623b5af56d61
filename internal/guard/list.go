package guard

import (
	"strings"

	"github.com/privet-gateway/privet/internal/blocklist"
)

// List is one block list as the guard reads it: an asset with the rules that need comparing, and sets of the hosts that are
// blocked whole. Its zero value blocks nothing. It is immutable and safe for concurrent use.
type List struct{ assets []Asset }

// NewList makes the assets of a list in Adblock syntax or of a hosts file. What concerns pages and windows, policies of
// content or parameters of URLs is left out, since the guard is asked of neither. Several lists that belong together may be
// joined with a line end between them. A rule that cannot be read is left out, as blocklist.ParseList leaves it out; an error
// is for lists too large to be sent.
func NewList(text []byte) (*List, error) {
	parsed, _ := blocklist.ParseList(text)
	var hosts hostRules
	var block, except rulebook
	for rule := range parsed.Rules() {
		switch {
		case isHost(&rule):
			hosts.add(&rule)
		case rule.Exception:
			except.add(&rule)
		default:
			block.add(&rule)
		}
	}
	sets, err := hosts.encode()
	if err != nil {
		return nil, err
	}
	// A set finds its list by the digest of the rules.
	var b strings.Builder
	for _, book := range []struct {
		name  string
		rules *rulebook
	}{{"block", &block}, {"except", &except}} {
		text, shared := book.rules.text()
		b.WriteString("const " + book.name + "=[" + literal(text) + "," + literal(shared) + "]\n")
	}
	id := digest(b.String())
	l := &List{assets: []Asset{newAsset("rules", "(()=>{\"use strict\"\nconst id=\""+id+"\"\n"+b.String()+part("list.js")+"})()\n")}}
	for _, set := range sets {
		l.assets = append(l.assets, newAsset("hosts", "globalThis[Symbol.for(\"privet\")](t=>t[\""+id+"\"]("+set+"))\n"))
	}
	return l, nil
}

// isHost says that a rule blocks all that a page may fetch from a host, for others or for everybody. A whole top level is no
// host: sets are not asked for it.
func isHost(r *blocklist.Rule) bool {
	return r.Anchors&blocklist.HostAlone != 0 && r.Types == blocklist.Usual && r.Party&^blocklist.OnlyThird == 0 &&
		strings.Contains(r.Pattern, ".") &&
		!r.Exception && !r.Important && r.From == "" && r.To == "" && r.Deny == ""
}
