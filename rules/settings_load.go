package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/privet-gateway/privet/rules/catalog"
)

// defaultRenewal is how long a choice stands where the policy does not say.
const defaultRenewal = 180 * 24 * time.Hour

func (l *loader) regimes(n *node) {
	for _, e := range l.entries(n, `"regimes"`) {
		code := l.regimeCode(e.key)
		word := l.word(e.value, "a regime", OptIn.String(), OptOut.String())
		if code == "" || word == "" {
			continue
		}
		rule := regimeRule{code: code, regime: OptIn, at: e.key.at}
		if word == OptOut.String() {
			rule.regime = OptOut
		}
		if first, twice := l.policy.regimes.named(code); twice {
			l.wrong(e.key.at, fmt.Sprintf("the regime of %s is already given at %s", code, first.at), "keep one of the two")
			continue
		}
		l.policy.regimes = append(l.policy.regimes, rule)
	}
	if _, said := l.policy.regimes.named("default"); !said {
		l.policy.regimes = append(l.policy.regimes, regimeRule{code: "default", regime: OptIn})
	}
}

func (l *loader) regimeCode(key *node) string {
	if key.text == "default" || LawOf(key.text) != 0 {
		return key.text
	}
	code, ok := catalog.Country(key.text)
	if !ok {
		l.wrong(key.at, fmt.Sprintf("%s is no place", quoted(key.text)),
			"write default, an area (EEA, GB, CH), a country (US) or a subdivision (US-CA)")
		return ""
	}
	return code
}

// otherSources are those of the language's sources that are not built.
//
//nolint:gochecknoglobals // a table, never written to
var otherSources = []string{
	"tcf", "gpp", "onetrust", "cookiebot", "usercentrics", "didomi", "sourcepoint", "trustarc", "quantcast", "iubenda",
	"cookieyes", "complianz", "klaro", "termly", "osano", "axeptio", "consentmanager",
}

func (l *loader) consent(n *node) {
	f := l.shaped(n, "consent")
	c := ConsentSettings{Privet: true, GPC: true, Prompt: true, RenewAfter: defaultRenewal, At: f.at}
	if sources := f.value("sources"); sources != nil {
		items := l.items(sources, "sources")
		if len(items) == 0 {
			l.wrong(sources.at, "sources names none, so that no refusal would be heard", "name some of privet and gpc, or leave sources out")
		}
		c.Privet, c.GPC = false, false
		for _, item := range items {
			switch word := l.text(item, "a source"); {
			case word == "privet":
				c.Privet = true
			case word == "gpc":
				c.GPC = true
			case slices.Contains(otherSources, word):
				l.notBuilt(item.at, "the consent source "+word, "name privet and gpc alone")
			case word != "":
				l.wrong(item.at, fmt.Sprintf("%s is no source of consent", quoted(word)), suggest(word, []string{"privet", "gpc"}, "write some of"))
			}
		}
	}
	if prompt := f.value("prompt"); prompt != nil {
		c.Prompt = l.word(prompt, "prompt", "on", "off") == "on"
	}
	c.Explicit = l.word(f.value("conflicts"), "conflicts", "refusal", "explicit") == "explicit"
	if renew := f.value("renew_after"); renew != nil {
		c.RenewAfter = l.duration(renew, "renew_after")
	}
	l.policy.consent = c
}

func (l *loader) transfers(n *node) {
	f := l.shaped(n, "transfers")
	t := TransferSettings{UndeclaredAt: f.keyAt("undeclared"), OnMissingAt: f.keyAt("on_missing")}
	t.BlockUndeclared = l.word(f.value("undeclared"), "undeclared", "report", "block") == "block"
	if missing := f.value("on_missing"); missing != nil {
		t.OnMissing = l.onMissing(missing)
	}
	l.policy.transfers = t
}

func (l *loader) thirdParties(n *node) {
	l.policy.declaredOnly = l.word(n, "third_parties", "open", "declared") == "declared"
}

func (l *loader) minors(n *node) {
	f := l.shaped(n, "minors")
	l.policy.minors = MinorSettings{Refuse: l.word(f.value("data"), "data", "keep", "refuse") == "refuse", At: f.keyAt("data")}
}

func (l *loader) controllers(n *node) {
	for _, item := range l.items(n, `"controllers"`) {
		f := l.shaped(item, "controller")
		c := Controller{
			Name: l.text(f.value("name"), "name"), Laws: l.laws(f.value("laws"), "laws"), Contact: l.text(f.value("contact"), "contact"), At: item.at,
		}
		l.missing(f, "name", Problem{At: item.at, What: "a controller has no name", Instead: "write name: and who answers for the processing"})
		l.policy.controllers = append(l.policy.controllers, c)
	}
}

// unbuilt are the words of the language that are not built yet. They are refused: what parses is enforced.
//
//nolint:gochecknoglobals // a table, never written to
var unbuilt = []string{
	"the consent sources tcf, gpp and those of consent managers", "store",
}

// NotBuilt lists the words of the policy file and of the Caddyfile that are designed and not built yet. A policy that
// uses one does not load.
func NotBuilt() []string { return slices.Clone(unbuilt) }

func (l *loader) notBuilt(at Position, what, instead string) {
	verb := " is"
	if strings.HasSuffix(what, "s") {
		verb = " are"
	}
	l.wrong(at, what+verb+" not built yet", instead)
}
