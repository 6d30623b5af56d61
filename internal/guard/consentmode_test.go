package guard

import "testing"

// inLayer tells each command of Consent Mode that a layer holds, and how often.
const inLayer = `const layerSays = layer => { for (const e of layer) say(Array.isArray(e) || !e[0] ? e : Array.from(e)); };`

const (
	refusals = `["consent","default",{"ad_storage":"denied","ad_user_data":"granted","ad_personalization":"granted","analytics_storage":"denied",` +
		`"functionality_storage":"granted","personalization_storage":"granted","security_storage":"granted"}],["set","ads_data_redaction",true],["set","url_passthrough",false]`
	kept = `{"ad_storage":"denied","analytics_storage":"denied"}`
)

func (l *lab) consentMode(t *testing.T) {
	for _, c := range []struct {
		name, code, want string
	}{
		{"before all else", `window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);} gtag('config', 'G-1'); layerSays(dataLayer)`, `[` + refusals + `,["config","G-1"]]`},
		{"as arguments objects", `say(Object.prototype.toString.call(dataLayer[0]))`, `["[object Arguments]"]`},
		{"in a layer that takes the place", `var dataLayer = [{page: 'x'}]; layerSays(dataLayer)`, `[{"page":"x"},` + refusals + `]`},
		{"in one that acts at once", `dataLayer = [{page: 'x'}, {event: 'y'}]; layerSays(dataLayer)`, `[` + refusals + `,{"page":"x"},{"event":"y"}]`},
		{"once", `window.dataLayer = window.dataLayer || []; window.dataLayer = dataLayer; say(dataLayer.length)`, `[3]`},
		{"against what the page says", `function gtag(){dataLayer.push(arguments);} gtag('consent', 'update', {ad_storage: 'granted'}); say(dataLayer[3][2])`, `[` + kept + `]`},
		{
			"against what the page said first", `dataLayer = [(function () { return arguments; })('consent', 'default', {ad_storage: 'granted', security_storage: 'denied'})]; say(dataLayer[3][2])`,
			`[{"ad_storage":"denied","security_storage":"denied","analytics_storage":"denied"}]`,
		},
		{"in a layer by another name", `(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':1,event:'gtm.js'});var j=d.createElement(s);j.src='/gtm.js?id='+i+'&l='+l;d.head.appendChild(j);})(window,document,'script','other','GTM-1');
			Promise.resolve().then(() => setTimeout(() => layerSays(other)))`, `[` + refusals + `,{"gtm.start":1,"event":"gtm.js"}]`},
		{"and calls nothing, which the tags do", `dataLayer.push({event: 'x', eventCallback: end('called')})`, `[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, problems := l.see(visit{held: []string{}, denied: []string{"ad_storage", "analytics_storage"}, scripts: []string{given + inLayer, c.code}})
			if said != c.want {
				t.Errorf("said %s, want %s; %q", said, c.want, problems)
			}
		})
	}
}
