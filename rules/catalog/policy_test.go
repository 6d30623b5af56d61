package catalog_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/privet-gateway/privet/rules/catalog"
)

type builtIn struct {
	Purposes map[string]struct {
		Basis, Title, Description string
		TCF                       []int `yaml:"tcf"`
		GPC                       bool  `yaml:"gpc"`
	}
	Categories map[string]struct{ Title string }
	Recipients map[string]struct {
		Title, Country, Purpose string
		Embed                   struct{ Hosts, URLs, Snippets, Cookies, Params []string }
	}
}

var (
	id = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	// A mark is a name of RFC 6265 tokens; a glob needs a literal prefix that says whose it is.
	mark = regexp.MustCompile(`^[A-Za-z0-9_.-]{2,}(\*[A-Za-z0-9_.-]*)?$`)
)

func load(t *testing.T) builtIn {
	t.Helper()
	var all builtIn
	var names []string
	for _, file := range catalog.Policy() {
		names = append(names, file.Name)
		if err := yaml.UnmarshalWithOptions(file.Text, &all, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		if !strings.HasPrefix(string(file.Text), "# ") {
			t.Errorf("%s does not begin with its source", file.Name)
		}
	}
	if want := []string{"catalog/purposes.yaml", "catalog/categories.yaml", "catalog/recipients.yaml"}; !slices.Equal(names, want) {
		t.Fatalf("files are %v, want %v", names, want)
	}
	return all
}

func TestPurposes(t *testing.T) {
	t.Parallel()
	all := load(t)
	want := map[string]struct {
		basis string
		tcf   []int
		gpc   bool
	}{
		"strictly_necessary": {"strictly_necessary", nil, false},
		"functionality":      {"consent", []int{5, 6, 11}, false},
		"analytics":          {"consent", []int{8, 9}, false},
		"advertising":        {"consent", []int{2, 3, 4, 7}, true},
		"social":             {"consent", nil, false},
	}
	if len(all.Purposes) != len(want) {
		t.Errorf("%d purposes, want %d", len(all.Purposes), len(want))
	}
	for name, w := range want {
		p := all.Purposes[name]
		if p.Basis != w.basis || !slices.Equal(p.TCF, w.tcf) || p.GPC != w.gpc || p.Title == "" {
			t.Errorf("%s: %+v, want %+v", name, p, w)
		}
	}
}

func TestCategories(t *testing.T) {
	t.Parallel()
	all := load(t)
	for name, c := range all.Categories {
		if !id.MatchString(name) || c.Title == "" {
			t.Errorf("%q: no id, or without a title", name)
		}
	}
	for name := range strings.FieldsSeq(`name email phone_number postal_address birth_date government_id payment tax_number
		contact_list precise_location approximate_location device_identifier ip_address call_detail_record message_content
		voice_recording credential cookie_identifier health biometric political_opinion religious_belief ethnic_origin
		trade_union genetic sexual_life criminal_record employment demographic credit_information social_profile user_agent
		account_identifier`) {
		if _, ok := all.Categories[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	all := load(t)
	for name, r := range all.Recipients {
		if _, ok := all.Purposes[r.Purpose]; !ok || !id.MatchString(name) || r.Title == "" {
			t.Errorf("%q: no id, without a title, or for the undeclared purpose %q", name, r.Purpose)
		}
		if code, ok := catalog.Country(r.Country); !ok || code != r.Country {
			t.Errorf("%s is in %q, which is no country", name, r.Country)
		}
		for _, m := range slices.Concat(r.Embed.Cookies, r.Embed.Params) {
			if !mark.MatchString(m) || strings.HasPrefix(m, "utm_") {
				t.Errorf("%s: %q is no mark", name, m)
			}
		}
	}
	for name, purpose := range map[string]string{
		"google_tag_manager": "functionality", "google_analytics": "analytics", "linkedin_ads": "advertising", "marketo": "advertising",
		"doubleclick": "advertising", "facebook_custom_audience": "advertising", "twitter_ads": "advertising",
		"facebook_connect": "social", "facebook_widgets": "social", "twitter_widgets": "social", "linkedin_widgets": "social",
		"bing_ads": "advertising", "tiktok": "advertising", "hotjar": "analytics", "hubspot": "advertising",
	} {
		if got := all.Recipients[name].Purpose; got != purpose {
			t.Errorf("%s is for %q, want %q", name, got, purpose)
		}
	}
}

// A name has one owner: with two, whichever is let through would let the other's id pass.
func TestMarksHaveOneOwner(t *testing.T) {
	t.Parallel()
	cookies, params := map[string]string{}, map[string]string{}
	claim := func(owners map[string]string, m, name string) {
		if owner, taken := owners[m]; taken {
			t.Errorf("%q belongs to %s and to %s", m, owner, name)
		}
		owners[m] = name
	}
	for name, r := range load(t).Recipients {
		for _, m := range r.Embed.Cookies {
			claim(cookies, m, name)
		}
		for _, m := range r.Embed.Params {
			claim(params, m, name)
		}
	}
	for m, owner := range map[string]string{"_ga": "google_analytics", "_fbp": "facebook_custom_audience", "_mkto_trk": "marketo", "_gcl_*": "doubleclick"} {
		if cookies[m] != owner {
			t.Errorf("the cookie %s belongs to %q, want %s", m, cookies[m], owner)
		}
	}
	for m, owner := range map[string]string{
		"gclid": "doubleclick", "gbraid": "doubleclick", "fbclid": "facebook_custom_audience", "msclkid": "bing_ads", "twclid": "twitter_ads",
		"li_fat_id": "linkedin_ads", "mkt_tok": "marketo", "ttclid": "tiktok", "hsa_*": "hubspot",
	} {
		if params[m] != owner {
			t.Errorf("the click id %s belongs to %q, want %s", m, params[m], owner)
		}
	}
	// Names that sites use for themselves.
	for _, m := range []string{"fr", "sb", "xs", "td", "SID", "NID", "guest_id", "test_cookie", "BIGipServer*", "JSESSIONID"} {
		if owner, taken := cookies[m]; taken {
			t.Errorf("%s is claimed by %s", m, owner)
		}
	}
}
