package rules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/privet-gateway/privet/rules/catalog"
)

func readFile(t testing.TB, path string) File {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return File{path, text}
}

func builtInFiles() []File {
	var files []File
	for _, f := range catalog.Policy() {
		files = append(files, File(f))
	}
	return files
}

// mustLoad makes a policy of texts that are named a.yaml, b.yaml and so on.
func mustLoad(t testing.TB, texts ...string) *Policy {
	t.Helper()
	var files []File
	for i, text := range texts {
		files = append(files, File{string(rune('a'+i)) + ".yaml", []byte(text)})
	}
	p, problems := Load(files...)
	if p == nil {
		t.Fatalf("the policy does not load:\n%v", problems)
	}
	return p
}

func full(t testing.TB) *Policy {
	t.Helper()
	p, problems := LoadFiles("testdata/policies/full.yaml")
	if p == nil {
		t.Fatalf("the policy does not load:\n%v", problems)
	}
	return p
}

func TestCatalogueAlone(t *testing.T) {
	t.Parallel()
	p, problems := Load()
	if p == nil || len(problems) > 0 {
		t.Fatalf("the catalogue alone has problems:\n%v", problems)
	}
	for _, id := range []string{"strictly_necessary", "functionality", "analytics", "advertising", "social"} {
		if purpose, ok := p.Purpose(id); !ok || !purpose.BuiltIn {
			t.Errorf("purpose %s: built in %t", id, ok && purpose.BuiltIn)
		}
	}
	if r, ok := p.Recipient("google_analytics"); !ok || r.Declared || r.Country != "US" || r.Purpose != "analytics" {
		t.Errorf("google_analytics: %+v", r)
	}
	if c, ok := p.Category("email"); !ok || !c.BuiltIn || c.Otherwise.Kind != Remove || len(c.Purposes) != 0 {
		t.Errorf("email: %+v", c)
	}
	if rule, _ := p.regimes.named("default"); rule.regime != OptIn {
		t.Errorf("the regime by default is %s", rule.regime)
	}
	want := ConsentSettings{Privet: true, GPC: true, Prompt: true, RenewAfter: 180 * 24 * time.Hour}
	if diff := cmp.Diff(want, p.Consent()); diff != "" {
		t.Errorf("consent by default (-want +got):\n%s", diff)
	}
	if p.unclassified.Kind != Keep || p.transfers.BlockUndeclared || p.transfers.OnMissing != Block || p.minors.Refuse {
		t.Errorf("defaults: unclassified %s, transfers %+v, minors %+v", p.unclassified, p.transfers, p.minors)
	}
	if len(p.Sources()) != 0 || p.digest == "" {
		t.Errorf("sources %v, digest %q", p.Sources(), p.digest)
	}
}

func TestPurposes(t *testing.T) {
	t.Parallel()
	p := full(t)
	at := func(line, column int) Position { return Position{"testdata/policies/full.yaml", line, column} }
	for _, want := range []Purpose{
		{
			ID: "service", Title: "To deliver our services", Description: "What you asked for.", Basis: Contract, Default: true,
			Retention: 364 * 24 * time.Hour, At: at(3, 3), BasisAt: at(3, 13),
		},
		{
			ID: "fraud", Title: "fraud", Basis: LegitimateInterests, Overridable: true, Reason: "protects other customers",
			At: at(5, 3), BasisAt: at(5, 11), ObjectionAt: at(5, 40),
		},
		{ID: "newsletter", Title: "newsletter", Basis: LegitimateInterests, Marketing: true, At: at(6, 3), BasisAt: at(6, 16)},
		{
			ID: "ads", Title: "ads", Basis: Consent, Retention: 180 * 24 * time.Hour, TCF: []int{2, 3, 4, 7}, GPC: true, Marketing: true,
			At: at(7, 3), BasisAt: at(7, 9),
		},
		{ID: "legal", Title: "legal", Basis: LegalObligation, Restricted: true, At: at(9, 3), BasisAt: at(9, 11)},
	} {
		got, _ := p.Purpose(want.ID)
		want.index = got.index
		if diff := cmp.Diff(want, *got, cmp.AllowUnexported(Purpose{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.ID, diff)
		}
	}
	if p.DefaultPurpose() != "service" {
		t.Errorf("the default purpose is %q", p.DefaultPurpose())
	}
	analytics, _ := p.Purpose("analytics")
	if analytics.BuiltIn || analytics.Basis != Consent || analytics.Retention != 12*time.Hour || analytics.At.Line != 8 ||
		!strings.HasPrefix(analytics.BasisAt.File, "catalog/") {
		t.Errorf("refined analytics: %+v", analytics)
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	p := full(t)
	for id, want := range map[string]Action{
		"phone_number":       {Kind: Mask, KeepFirst: 1, KeepLast: 2, With: "#"},
		"email":              {Kind: Pseudonymize},
		"birth_date":         {Kind: Generalize, Part: Year},
		"ip_address":         {Kind: TruncateIP},
		"device_identifier":  {Kind: Replace, Value: `"unknown"`, Text: "unknown"},
		"payment":            {Kind: Nullify},
		"name":               {Kind: Mask, With: "*"},
		"message_content":    {Kind: Empty},
		"call_detail_record": {Kind: Count},
		"government_id":      {Kind: Remove},
		"contact_list":       {Kind: Remove},
		"own":                {Kind: Replace, Value: `{"a":[1,"1",true,null,"010","NO"],"b":"x"}`, Text: `{"a":[1,"1",true,null,"010","NO"],"b":"x"}`},
		"empty-handed":       {Kind: Remove},
	} {
		c, _ := p.Category(id)
		if c.Otherwise.At.IsZero() || !c.Otherwise.same(want) {
			t.Errorf("%s: otherwise %+v, want %+v", id, c.Otherwise, want)
		}
	}
	c, _ := p.Category("precise_location")
	want := []Use{
		{"fraud", Action{Kind: Coarsen, Metres: 1000, At: Position{"testdata/policies/full.yaml", 13, 60}}, Position{"testdata/policies/full.yaml", 13, 53}},
		{"analytics", Action{Kind: Coarsen, ByDigits: true, Digits: 1, At: Position{"testdata/policies/full.yaml", 13, 87}}, Position{"testdata/policies/full.yaml", 13, 76}},
		{"billing", Action{Kind: Keep, At: Position{"testdata/policies/full.yaml", 13, 120}}, Position{"testdata/policies/full.yaml", 13, 111}},
	}
	if diff := cmp.Diff(want, c.Actions); diff != "" || c.Regime != OptIn {
		t.Errorf("precise_location, regime %s (-want +got):\n%s", c.Regime, diff)
	}
}

func TestReplaceKeepsItsType(t *testing.T) {
	t.Parallel()
	for written, want := range map[string][2]string{
		"null": {"null", "null"}, "true": {"true", "true"}, "-1.5e3": {"-1.5e3", "-1.5e3"}, `"null"`: {`"null"`, "null"}, "'7'": {`"7"`, "7"},
		"NO": {`"NO"`, "NO"}, "010": {`"010"`, "010"}, "0x1F": {`"0x1F"`, "0x1F"}, "2024-05-01": {`"2024-05-01"`, "2024-05-01"},
		`"<a&b>"`: {`"<a&b>"`, "<a&b>"}, "[]": {"[]", "[]"}, "{}": {"{}", "{}"}, "": {"null", "null"}, "\"\\u00e9\\n\"": {`"é\n"`, "é\n"},
	} {
		p := mustLoad(t, "categories: {x: {otherwise: {replace: "+written+"}}}")
		c, _ := p.Category("x")
		if got := [2]string{c.Otherwise.Value, c.Otherwise.Text}; got != want || c.Otherwise.Kind != Replace {
			t.Errorf("replace: %s gives %s %q, want %q", written, c.Otherwise.Kind, got, want)
		}
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	p := full(t)
	core, _ := p.Recipient("core-eu")
	if core.Country != "IE" || core.Title != "Core" || core.Role != "controller" || !core.Declared || core.OnMissing != Report {
		t.Errorf("core-eu: %+v", core)
	}
	crm, _ := p.Recipient("crm-us")
	signed, _ := ParseDate("2024-05-01")
	expires, _ := ParseDate("2027-05-01")
	want := []Safeguard{{SCC, "controller_to_processor", EEA, signed, expires, Position{"testdata/policies/full.yaml", 29, 75}}}
	if diff := cmp.Diff(want, crm.Safeguards); diff != "" || crm.OnMissing != Redact {
		t.Errorf("crm-us, on_missing %s (-want +got):\n%s", crm.OnMissing, diff)
	}
	group, _ := p.Recipient("group")
	var covers []string
	for _, s := range group.Safeguards {
		covers = append(covers, s.Mechanism.String()+" "+s.Detail+" "+s.Covers.String())
	}
	if diff := cmp.Diff([]string{"bcr controller EEA,GB", "idta  GB", "idta addendum GB"}, covers); diff != "" {
		t.Errorf("group (-want +got):\n%s", diff)
	}
	ga, _ := p.Recipient("google_analytics")
	if !ga.Declared || ga.Country != "US" || ga.Purpose != "analytics" || len(ga.Safeguards) != 1 || ga.Embed.Cookies[0].Name != "_own_ga*" ||
		!slices.ContainsFunc(ga.Embed.Cookies, func(m Mark) bool { return m.Name == "_ga" }) || len(ga.Embed.Params) == 0 {
		t.Errorf("refined google_analytics: %+v", ga)
	}
}

func TestCookieNames(t *testing.T) {
	t.Parallel()
	p := full(t)
	for name, want := range map[string]string{
		"session_id": "strictly_necessary", "exp_1": "analytics", "_ga": "ads", "_gid": "analytics google_analytics",
		"_acme1": "analytics acme_metrics", "_own_ga1": "analytics google_analytics", "nobody": "",
	} {
		var got []string
		for _, rule := range p.cookies.find(name) {
			got = append(got, rule.purpose.ID)
			if rule.recipient != nil {
				got = append(got, rule.recipient.ID)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	if rules := p.params.find("acid"); len(rules) != 1 || rules[0].recipient.ID != "acme_metrics" {
		t.Errorf("acid: %+v", rules)
	}
	if p.unclassified.Kind != Remove || p.unclassified.At.Line != 37 {
		t.Errorf("unclassified: %+v", p.unclassified)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	p := full(t)
	if c := p.Consent(); !c.Privet || c.GPC || c.Prompt || !c.Explicit || c.RenewAfter != 90*24*time.Hour {
		t.Errorf("consent: %+v", c)
	}
	if !p.transfers.BlockUndeclared || p.transfers.OnMissing != Report || p.transfers.UndeclaredAt.Column != 13 || !p.minors.Refuse {
		t.Errorf("transfers %+v, minors %+v", p.transfers, p.minors)
	}
	if diff := cmp.Diff([]string{"US"}, p.NamesSubdivisions()); diff != "" {
		t.Error(diff)
	}
	if c := p.Controllers(); len(c) != 2 || c[0].Name != "Example Ltd" || c[0].Laws != EEA|GB || c[1].Laws != CH {
		t.Errorf("controllers: %+v", c)
	}
	if s := p.Sources(); len(s) != 1 || s[0].File != "testdata/policies/full.yaml" || len(s[0].SHA256) != 64 {
		t.Errorf("sources: %+v", s)
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	p := full(t)
	labels := p.Match(Exchange{"POST", "api.example.com", []string{"/v1/import/x"}})
	var got []string
	for _, l := range labels.All() {
		got = append(got, l.Part.String()+" "+l.Field+" "+l.Category+" "+l.FieldAt.String()[len("testdata/policies/full.yaml:"):])
		if l.In(Request) && l.In(Response) != (l.Part != Body || l.Pattern == "") {
			t.Errorf("%s holds in request %t and response %t", l.Field, l.In(Request), l.In(Response))
		}
	}
	want := []string{
		"body $..ssn government_id 45:3", "body $.own own 46:4", "body $.contacts contact_list 58:15",
		"query phone phone_number 59:13", "header X-Device-Id device_identifier 60:15",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	each := p.Match(Exchange{"GET", "x", []string{"/v1/accounts"}}).Each()
	if len(each) != 1 || each[0].Of != "$.accounts[*]" || each[0].Subject != "$.id" || each[0].Residence != "$.country" || each[0].At.Line != 53 {
		t.Errorf("each: %+v", each)
	}
}

// A second method adds the labels of its endpoints, and takes none away.
func TestMatchOfSeveralMethods(t *testing.T) {
	t.Parallel()
	p := full(t)
	get := Exchange{"GET", "api.example.com", []string{"/v1/import/x"}}
	post := get
	post.Method = "POST"
	if alone := p.Match(get); alone == p.Match(post) || alone.Query() {
		t.Error("GET alone has the labels of POST")
	}
	if both := p.Match(get, "POST"); both != p.Match(post) || !both.Query() {
		t.Errorf("GET that may be POST matches %q", both.Patterns())
	}
	get.Paths = []string{"/v1/accounts"}
	if both := p.Match(get, "POST"); len(both.Each()) != 1 {
		t.Error("the labels of GET are gone")
	}
}

func TestTests(t *testing.T) {
	t.Parallel()
	today, _ := ParseDate("2026-11-23")
	at := func(line, column int) Position { return Position{"testdata/policies/full.yaml", line, column} }
	want := []Test{
		{
			Name: "analytics never sees contacts", Request: "GET /v1/accounts/42", Direction: Response,
			File: filepath.Join("testdata", "policies", "bodies", "account.json"), Expect: "/abs/account.analytics.json", At: at(62, 5),
			Given: Given{
				Purpose: "analytics", Country: "US-CA", Recipient: "crm-us", Caller: "partner-uk", Exporter: EEA | GB,
				Grants: []string{"analytics", "contact_list"}, Refuses: []string{"ads"}, GPC: true, Today: today, At: at(65, 7),
			},
		},
		{
			Name: "import", Request: "POST api.example.com/v1/import/x", Direction: Request,
			File: filepath.Join("testdata", "policies", "in.json"), Expect: filepath.Join("testdata", "policies", "out.json"), At: at(77, 5),
		},
		{
			Name: "upload", Request: "POST api.example.com/v1/import/x", Direction: Request, Type: "multipart/form-data; boundary=b",
			File: filepath.Join("testdata", "policies", "in.form"), Expect: filepath.Join("testdata", "policies", "out.form"), At: at(78, 5),
		},
	}
	if diff := cmp.Diff(want, full(t).Tests()); diff != "" {
		t.Errorf("tests (-want +got):\n%s", diff)
	}
}

func TestFilesMerge(t *testing.T) {
	t.Parallel()
	p := mustLoad(t,
		"purposes: {service: {basis: contract}}\ncategories: {email: {purposes: [service]}}\nfields: {$.a: email}\n",
		"purposes: {service: {title: Ours}, billing: {basis: contract}}\ncategories: {email: {purposes: [billing]}}\nfields: {$.b: email}\n",
		"# nothing\n",
	)
	service, _ := p.Purpose("service")
	email, _ := p.Category("email")
	if service.Title != "Ours" || service.Basis != Contract || service.At.File != "a.yaml" {
		t.Errorf("service: %+v", service)
	}
	if len(email.Purposes) != 2 || email.Purposes[1].Purpose != "billing" || email.Purposes[1].At.File != "b.yaml" || email.Title != "Email address" {
		t.Errorf("email: %+v", email)
	}
	if labels := p.Match(Exchange{"GET", "", []string{"/"}}).All(); len(labels) != 2 {
		t.Errorf("labels: %+v", labels)
	}
}

// The catalogue is shared by all policies: refining it for one must not show in another.
func TestCatalogueIsNotChanged(t *testing.T) {
	t.Parallel()
	mustLoad(t, "purposes: {analytics: {title: Mine}}\nrecipients: {google_analytics: {country: IE, embed: {cookies: [mine]}}}\n")
	p := mustLoad(t)
	purpose, _ := p.Purpose("analytics")
	r, _ := p.Recipient("google_analytics")
	if purpose.Title == "Mine" || r.Country != "US" || r.Embed.Cookies[0].Name == "mine" {
		t.Errorf("%+v, %+v", purpose, r)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	a, b := mustLoad(t, "regimes: {US: opt_in}"), mustLoad(t, "regimes: {US: opt_out}")
	if a.digest == b.digest || a.digest != mustLoad(t, "regimes: {US: opt_in}").digest {
		t.Errorf("digests %s and %s", a.digest, b.digest)
	}
	if mustLoad(t, "a: 1"[:0], "regimes: {}").digest == mustLoad(t, "regimes: {}").digest {
		t.Error("an empty file leaves no trace in the digest")
	}
}
