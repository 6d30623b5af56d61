package rules

import (
	"strings"
	"testing"
)

func TestWithheldFeatures(t *testing.T) {
	t.Parallel()
	const purposes = "purposes: {service: {basis: contract, default: true}, finder: {basis: consent}}\nregimes: {default: opt_in, US: opt_out}\ncategories:\n"
	for _, c := range []struct {
		name, categories string
		facts            func(*Policy, *Facts)
		want             string
	}{
		{"nothing is declared", "  email: {}\n", nil, ""},
		{"for a purpose that is permitted, whatever the route's", "  precise_location: {purposes: [service]}\n", func(_ *Policy, f *Facts) { f.Purpose = "finder" }, ""},
		{"for a purpose that waits for a grant", "  precise_location: {purposes: [finder]}\n", nil, "geolocation"},
		{"for a purpose that was granted", "  precise_location: {actions: {finder: {coarsen: 1km}}}\n", func(p *Policy, f *Facts) { p.Choose(&f.Signals.Prompt, "finder", true) }, ""},
		{"where silence permits", "  precise_location: {purposes: [finder]}\n", func(_ *Policy, f *Facts) { f.Country = "US" }, ""},
		{"where silence permits, but not for this", "  precise_location: {purposes: [finder], regime: opt_in}\n", func(_ *Policy, f *Facts) { f.Country = "US" }, "geolocation"},
		{"refused", "  photo: {purposes: [service], choice: true}\n", func(p *Policy, f *Facts) { p.Choose(&f.Signals.Prompt, "photo", false) }, "camera"},
		{"refused, and something else is left", "  photo: {purposes: [service], choice: true, otherwise: count}\n", func(p *Policy, f *Facts) { p.Choose(&f.Signals.Stored, "photo", false) }, "camera"},
		{"coarse for whatever it is not for", "  precise_location: {otherwise: {coarsen: 10km}}\n", nil, ""},
		{"for no purpose", "  precise_location: {}\n  photo: {otherwise: empty}\n  voice_recording: {title: Calls}\n", nil, ""},
		{"several", "  precise_location: {purposes: [finder]}\n  photo: {purposes: [finder], otherwise: empty}\n  voice_recording: {purposes: [finder], otherwise: nullify}\n", nil, "camera geolocation microphone"},
		{"removed for its purpose", "  voice_recording: {actions: {service: remove}}\n", nil, "microphone"},
	} {
		p := mustLoad(t, purposes+c.categories)
		f := Facts{Purpose: "service", Country: "DE"}
		if c.facts != nil {
			c.facts(p, &f)
		}
		d := p.Decide(f)
		if got := strings.Join(d.Withheld(), " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		f.Element = true
		if got := p.Decide(f).Withheld(); got != nil {
			t.Errorf("%s: an element is no page, and yet %q", c.name, got)
		}
	}
}

func TestRefusedFeaturesMakeAnotherDecision(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, "categories: {photo: {purposes: [analytics], choice: true, otherwise: count}}")
	f := Facts{Country: "DE"}
	silent := p.Decide(f)
	p.Choose(&f.Signals.Prompt, "photo", false)
	if p.Decide(f).ID() == silent.ID() {
		t.Error("pages with another header have the same tag")
	}
}
