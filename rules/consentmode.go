package rules

// Refused is what becomes of a third party in a page whose purpose the visitor refuses. The zero value removes.
type Refused uint8

// The answers to a refusal.
const (
	RefusedRemoved     Refused = iota // nothing of it is contacted
	RefusedConsentMode                // its tag is let through, and told that storage is refused; it sends pings without cookies
)

func (r Refused) String() string { return [...]string{"remove", "consent_mode"}[r] }

// The recipients whose tags follow Google's Consent Mode. They are one family: each reads the state that stands in the
// same layer of data.
const (
	tagManager      = "google_tag_manager"
	googleAnalytics = "google_analytics"
	googleAds       = "doubleclick"
	extras          = "functionality" // the purpose of what is neither measured nor advertised
)

// knowsConsentMode says that a recipient's tags can be told of a refusal.
func knowsConsentMode(recipient string) bool {
	return recipient == tagManager || recipient == googleAnalytics || recipient == googleAds
}

// ConsentMode is what Google's tags have to be told in a page where some of them are let through though their purpose is
// refused: the types of Consent Mode (version 2) that are denied, all others being granted. told is false where there is no
// such tag, and nothing is told.
//
// Types go by purposes: those of advertising by doubleclick's, analytics_storage by that of google_analytics, and
// functionality_storage and personalization_storage by `functionality`. What a recipient is removed for is denied, too.
// security_storage is never denied.
func (d *Decision) ConsentMode() (denied []string, told bool) {
	if len(d.pinged) == 0 {
		return nil, false
	}
	if !d.isGranted(googleAds) {
		denied = append(denied, "ad_storage", "ad_user_data", "ad_personalization")
	}
	if !d.isGranted(googleAnalytics) {
		denied = append(denied, "analytics_storage")
	}
	if !d.stored[extras].Allowed {
		denied = append(denied, "functionality_storage", "personalization_storage")
	}
	return denied, true
}

func (d *Decision) ping(recipient string, refused Verdict) {
	if d.pinged == nil {
		d.pinged = map[string]*Verdict{}
	}
	d.pinged[recipient] = &refused
}

// isGranted says that a recipient is let through, and for its purpose: what it owns of a visitor goes by that alone.
func (d *Decision) isGranted(recipient string) bool {
	return d.embeds[recipient].Allowed && d.pinged[recipient] == nil
}

// inConsentMode is the verdict on a recipient whose purpose is refused, where the policy prefers that its tag be told so
// and the page can tell it. What stops a purpose for a minor or under a restriction is no refusal that a tag could heed.
func (q *question) inConsentMode(r *Recipient, refused Verdict) Verdict {
	if r.Refused != RefusedConsentMode || !q.facts.ConsentMode || q.facts.Minor || q.facts.Signals.Restricted {
		return refused
	}
	return Verdict{true, refused.Reason + "; " + r.ID + " is let through in Consent Mode, without cookies", r.RefusedAt}
}
