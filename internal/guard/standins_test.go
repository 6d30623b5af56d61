package guard

import (
	"bytes"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// everybody of Google, since one script of theirs reads what is meant for another.
var allOfGoogle = []string{"google_tag_manager", "google_analytics", "doubleclick"}

// what a vendor's documentation tells sites to write, with the vendor's script blocked: nothing is thrown, and what the
// code waits for is called. say notes a word; end makes a callback that does.
const given = `const say = word => said.push(word), end = word => () => say(word);`

type call struct {
	name string
	held []string
	code string
	want string // what was said, as JSON
	wait int    // milliseconds until all is quiet
}

var calls = []call{
	{"gtag, whose event is over", allOfGoogle, `window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);} gtag('js', new Date()); gtag('config', 'G-1');
		gtag('event', 'conversion', {send_to: 'AW-1/a', event_callback: end('conversion'), event_timeout: 2000}); say('first')`, `["first","conversion"]`, 0},
	{"gtag that no snippet has defined", allOfGoogle, `gtag('event', 'login', {event_callback: end('login')})`, `["login"]`, 0},
	{"gtag get", allOfGoogle, `gtag('get', 'G-1', 'client_id', id => say(id.split('.').length))`, `[1]`, 0},
	{"gtag, where another of the family is let through and does not come", []string{"google_analytics"}, `gtag('event', 'login', {event_callback: end('login'), event_timeout: 1})`, `["login"]`, 300},
	{
		"gtag, where another of the family is let through and has come",
		[]string{"google_analytics"},
		`window.google_tag_manager = {}; gtag('event', 'login', {event_callback: end('login'), event_timeout: 1})`, `[]`, 300,
	},
	{"Tag Manager's layer", allOfGoogle, `dataLayer.push({event: 'signup', eventCallback: end('signup'), eventTimeout: 100})`, `["signup"]`, 0},
	{"a layer of the page's own", allOfGoogle, `var dataLayer = [{event: 'early', eventCallback: end('early')}]; dataLayer.push({event: 'late', eventCallback: end('late')}); say(dataLayer.length)`, `[2,"early","late"]`, 0},
	{"a function in the layer", allOfGoogle, `dataLayer.push(function () { this.set('a', 1); say(this.get('a')); })`, `[1]`, 0},
	{"the layer is kept as Tag Manager keeps it", allOfGoogle, `for (let i = 0; i < 400; i++) dataLayer.push({i}); say(dataLayer.length); say(dataLayer[299].i)`, `[300,399]`, 0},
	{"a page that waits for its variant is shown", allOfGoogle, `(function(a,s,y,n,c,h,i,d,e){s.className+=' '+y;h.end=i=function(){s.className=s.className.replace(RegExp(' ?'+y),'')};
		(a[n]=a[n]||[]).hide=h;setTimeout(function(){i();h.end=null},c);h.timeout=c;})(window,document.documentElement,'async-hide','dataLayer',4000,{'GTM-1':true});
		setTimeout(() => say(document.documentElement.className), 20)`, `[""]`, 0},
	{"analytics.js", allOfGoogle, `(function(i,s,o,g,r){i['GoogleAnalyticsObject']=r;i[r]=i[r]||function(){(i[r].q=i[r].q||[]).push(arguments)},i[r].l=1*new Date();})(window,document,'script','/analytics.js','ga');
		ga('create', 'UA-1', 'auto'); ga('send', 'pageview'); ga('send', 'event', 'a', 'b', {hitCallback: end('hit')}); ga(t => say(t.get('clientId'))); say(ga.getAll()[0].get('clientId')); ga.getByName('t0').send('pageview');
		ga('set', 'customTask', end('never'))`, `["","hit",""]`, 0},
	{"analytics.js by another name", allOfGoogle, `(function(i,s,o,g,r){i['GoogleAnalyticsObject']=r;i[r]=i[r]||function(){(i[r].q=i[r].q||[]).push(arguments)},i[r].l=1*new Date();})(window,document,'script','/analytics.js','tracker');
		tracker('send', 'event', {hitCallback: end('hit')}); say(GoogleAnalyticsObject)`, `["tracker","hit"]`, 0},
	{"ga.js", allOfGoogle, `var _gaq = _gaq || []; _gaq.push(['_setAccount', 'UA-1'], ['_trackPageview']); _gaq.push(function () { say(typeof _gat._getTrackerByName()._getLinkerUrl('/')); });
		var pageTracker = _gat._getTracker('UA-1'); pageTracker._setDomainName('none'); pageTracker._trackPageview(); _gaq._getAsyncTracker()._trackEvent('a', 'b'); urchinTracker()`, `["string"]`, 0},
	{"a link through ga.js leads on", allOfGoogle, `_gaq.push(['_link', '#there']); say(location.hash)`, `["#there"]`, 0},
	{"Ad Manager", allOfGoogle, `var googletag = googletag || {}; googletag.cmd = googletag.cmd || []; googletag.cmd.push(function () {
			var sizes = googletag.sizeMapping().addSize([0, 0], []).build();
			var slot = googletag.defineSlot('/1/a', [1, 2], 'ad').defineSizeMapping(sizes).addService(googletag.pubads()).setTargeting('k', 'v');
			googletag.pubads().enableSingleRequest(); googletag.pubads().collapseEmptyDivs(true).setTargeting('a', ['b']); googletag.enableServices(); googletag.display('ad');
			googletag.pubads().addEventListener('slotRenderEnded', end('never')); googletag.pubads().refresh([slot]); googletag.companionAds().setRefreshUnfilledSlots(true);
			say([slot.getSlotElementId(), slot.getAdUnitPath(), googletag.pubads().getSlots().length, slot.seen, googletag.apiReady, googletag.pubadsReady].join()); });`, `["ad,/1/a,0,,,"]`, 0},
	{"AdSense", allOfGoogle, `(adsbygoogle = window.adsbygoogle || []).push({}); adsbygoogle.push({type: 'preroll', adBreakDone: end('done')}); google_trackConversion({google_conversion_id: 1, onload_callback: end('loaded')}); say(adsbygoogle.loaded === undefined)`, `[true,"done","loaded"]`, 0},
	{"header bidding goes on", []string{"amazon_ads"}, `!function(a9,a){if(a[a9])return;a[a9]={}}('apstag',window); apstag.init({pubID: '1'}); apstag.fetchBids({slots: [], timeout: 1e3}, bids => { apstag.setDisplayBids(); say(bids); })`, `[[]]`, 0},
	{"the pixel of Facebook", []string{"facebook_custom_audience"}, `!function(f){if(f.fbq)return;f.fbq=function(){say('own')}}(window); fbq('init', '1'); fbq('track', 'PageView'); _fbq.push(['track', 'x'])`, `[]`, 0},
	{"Facebook's SDK", []string{"facebook_connect", "facebook_widgets"}, `window.fbAsyncInit = end('never'); FB.init({appId: 1}); FB.XFBML.parse(); FB.Event.subscribe('auth.login', end('never'));
		FB.getLoginStatus(r => say(r.status)); FB.login(r => say(r.authResponse), {scope: 'email'}); FB.ui({method: 'share'}, end('shared')); FB.api('/me', r => say(!r || !!r.error))`, `["unknown",null,"shared",true]`, 0},
	{"LinkedIn", []string{"linkedin_ads", "linkedin_widgets"}, `_linkedin_partner_id = '1'; window._linkedin_data_partner_ids = window._linkedin_data_partner_ids || []; window._linkedin_data_partner_ids.push(_linkedin_partner_id);
		(function(l){if(!l){say('own')}})(window.lintrk); lintrk('track', {conversion_id: 1}, end('tracked')); IN.parse()`, `["tracked"]`, 0},
	{"Marketo", []string{"marketo"}, `Munchkin.init('1-2-3'); Munchkin.munchkinFunction('clickLink', {href: '/'}); say(typeof MktoForms2)`, `["undefined"]`, 0},
	{"X", []string{"twitter_ads", "twitter_widgets"}, `!function(e){e.twq||say('own')}(window); twq('config', '1'); twq('event', 'tw-1', {}); twttr.widgets.load().then(end('loaded')); twttr.ready(end('never'));
		twttr.conversion.trackPid('1'); twttr.widgets.createTweet('1', document.body).then(t => say(!t))`, `["loaded",true]`, 0},
	{"pixels that are one function", []string{"pinterest", "snapchat", "reddit", "microsoft_clarity", "hotjar", "yandex_metrica"}, `pintrk('load', '1'); snaptr('init', '1'); rdt('track', 'PageVisit'); clarity('set', 'a', 'b'); hj('event', 'x');
		ym(1, 'reachGoal', 'buy', {}, end('reached')); ym(1, 'hit', '/', {callback: end('hit')})`, `["reached","hit"]`, 0},
	{"TikTok's snippet builds on it", []string{"tiktok"}, `!function (w, t) {w.TiktokAnalyticsObject=t;var ttq=w[t]=w[t]||[];ttq.methods=["page","track","ready"],ttq.setAndDefer=function(t,e){t[e]=function(){t.push([e].concat(Array.prototype.slice.call(arguments,0)))}};
		for(var i=0;i<ttq.methods.length;i++)ttq.setAndDefer(ttq,ttq.methods[i]);ttq.page();ttq.ready(end('never'));}(window, 'ttq'); say(ttq.length)`, `[2]`, 0},
	{"Segment's snippet builds on it", []string{"segment"}, `!function(){var analytics=window.analytics=window.analytics||[];if(!analytics.initialize)if(analytics.invoked)say('twice');else{analytics.invoked=!0;analytics.methods=["track","ready","on"];
		analytics.factory=function(e){return function(){var t=Array.prototype.slice.call(arguments);t.unshift(e);analytics.push(t);return analytics}};for(var e=0;e<analytics.methods.length;e++){var key=analytics.methods[e];analytics[key]=analytics.factory(key)}}}();
		analytics.track('bought', {}, end('tracked')); analytics.ready(end('never')); analytics.on('track', end('never'))`, `["tracked"]`, 0},
	{"Segment without its snippet", []string{"segment"}, `analytics.track('bought', {}, {}, end('tracked')); analytics.page(); analytics.ready(end('never'))`, `["tracked"]`, 0},
	{"Mixpanel without its snippet", []string{"mixpanel"}, `mixpanel.init("1"); mixpanel.set_config({}); (mixpanel.people=mixpanel.people||[]).push(1); mixpanel.track("bought", {}, end("tracked"))`, `["tracked"]`, 0},
	{"Mixpanel", []string{"mixpanel"}, `!function(b){if(!b.__SV){window.mixpanel=b;b._i=[];b.init=function(e){b.track=function(){b.push(['track'].concat(Array.prototype.slice.call(arguments,0)))};b._i.push(e)};b.__SV=1.2}}(window.mixpanel||[]);
		mixpanel.init('1'); mixpanel.track('bought', {}, end('tracked'))`, `["tracked"]`, 0},
	{"Adobe", []string{"adobe_tags", "adobe_analytics"}, `_satellite.track('x'); _satellite.pageBottom(); var s_code=s.t();if(s_code)document.write(s_code); s.tl(this, 'o', 'link', null, end('linked')); alloy('sendEvent', {}).then(r => say(r.propositions === undefined))`, `[true,"linked"]`, 0},
	{"Tealium", []string{"tealium"}, `utag.view({a: 1}); utag.link({a: 1}, end('linked'))`, `["linked"]`, 0},
	{"counters", []string{"chartbeat", "comscore"}, `COMSCORE.beacon({c1: 2}); pSUPERFLY.virtualPage('/', 'x')`, `[]`, 0},
	{"what counts readers", []string{"infonline"}, `iom.c({st: 'x'}, 1); iom.h({st: 'x'}); IOMm('pageview')`, `[]`, 0},
	{"boxes and buttons", []string{"addthis", "instagram"}, `addthis.init(); addthis.layers({}); addthis.toolbox('.x'); instgrm.Embeds.process();`, `[]`, 0},
	{"what a callback throws is nobody's error", allOfGoogle, `dataLayer.push({event: 'x', eventCallback: () => { throw new Error('x'); }})`, `[]`, 0},
}

// One browser is for all that follows.
func TestVendorsFunctions(t *testing.T) {
	l := newLab(t)
	t.Run("calls", l.calls)
	t.Run("nobody else", l.nobodyElse)
	t.Run("give way", l.giveWay)
	t.Run("consent mode", l.consentMode)
}

func (l *lab) calls(t *testing.T) {
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			said, problems := l.see(visit{held: c.held, scripts: []string{given, c.code}, wait: c.wait})
			if said != c.want || len(problems) > 0 {
				t.Errorf("said %s, want %s; problems: %q", said, c.want, problems)
			}
		})
	}
}

// The same calls of whoever is not held find nothing of ours, or the cases above could not fail.
func (l *lab) nobodyElse(t *testing.T) {
	global := `Object.getOwnPropertyNames(window).filter(name => !before.includes(name)).sort()`
	before := "<script>var before; before = Object.getOwnPropertyNames(window)</script>"
	for _, c := range []struct {
		name string
		held []string
		want string
	}{
		{"nobody is held", []string{}, `[]`},
		{"somebody without an API", []string{"vg_wort"}, `[]`},
		{"one of the two whose script it is", []string{"facebook_connect"}, `[]`},
		{"one is held", []string{"hotjar"}, `["hj"]`},
	} {
		if said, problems := l.see(visit{held: c.held, before: before, after: global}); said != c.want || len(problems) > 0 {
			t.Errorf("%s: there is %s, want %s; %q", c.name, said, c.want, problems)
		}
	}
}

func (l *lab) giveWay(t *testing.T) {
	for _, c := range []struct{ name, before, code, want string }{
		{"to what stands before them", `<script>var hj = 1, dataLayer = [1]</script>`, `say(hj)`, `[1]`},
		{"to functions", "", `function hj() { return 1; } function gtag() { return 2; } say(hj()); say(gtag())`, `[1,2]`},
		{"to constants", "", `const hj = 1; let ga = 2; class FB {}; say(hj); say(ga); say(typeof FB)`, `[1,2,"function"]`},
		{"to assignments", "", `window.hj = 1; var ga = 2; window.dataLayer = 3; GoogleAnalyticsObject = 'x'; say(hj); say(ga); say(dataLayer); say(GoogleAnalyticsObject)`, `[1,2,3,"x"]`},
		{"to a push of the page's own", "", `var was = dataLayer.push; dataLayer.push = function () { say('own'); return was.apply(dataLayer, arguments); }; dataLayer.push({event: 'x', eventCallback: end('called')})`, `["own","called"]`},
	} {
		held := append([]string{"hotjar", "facebook_connect", "facebook_widgets"}, allOfGoogle...)
		if said, problems := l.see(visit{held: held, before: c.before, scripts: []string{given, c.code}}); said != c.want || len(problems) > 0 {
			t.Errorf("%s: said %s, want %s; %q", c.name, said, c.want, problems)
		}
	}
}

// Stand-ins are fetched before a page goes on, so they are bounded as a page has them: without comments, and compressed.
func TestStandInsAreSmall(t *testing.T) {
	t.Parallel()
	text := stripped(t)
	calls, _, ok := strings.Cut(text, "function consentMode(")
	if !ok {
		t.Fatal("there is no function consentMode")
	}
	for _, c := range []struct {
		text  string
		bound int
	}{{calls, 2200}, {text, 2600}} {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		_, _ = w.Write([]byte(c.text))
		_ = w.Close()
		if b.Len() > c.bound {
			t.Errorf("%d bytes, want at most %d", b.Len(), c.bound)
		}
	}
}
