package consent

import (
	"net/http"
	"strings"
	"time"

	"github.com/privet-gateway/privet/internal/jar"
	"github.com/privet-gateway/privet/rules"
)

// ownCookie is where choices are kept on the device, by the name that the signals read.
const ownCookie = "privet_consent"

// noticeView is what the privacy notice shows.
type noticeView struct {
	frame

	Since       string
	Sections    []section
	Controllers []controller
	Purposes    []purposeNotice
	Categories  []categoryNotice
	Recipients  []receiver
	Embedded    []embedded
	Cookies     []cookieGroup
	GPC         []string // what the signal refuses; none where the policy does not hear it
	GPCNow      bool     // this visitor's browser sends it
	RenewAfter  string   // how long a choice is kept; "" where none is taken here
	OptOut      bool
}

// controller is who answers for the processing. Link is empty where the contact is no address to link to.
type controller struct{ Name, Contact, Link string }

// linkTo makes a link of an e-mail address or the address of a page.
func linkTo(contact string) string {
	switch {
	case strings.HasPrefix(contact, "https://"), strings.HasPrefix(contact, "http://"), strings.HasPrefix(contact, "mailto:"):
		return contact
	case strings.Count(contact, "@") == 1 && !strings.ContainsAny(contact, " \t<>?&/:,;"):
		return "mailto:" + contact
	default:
		return ""
	}
}

// section is an entry of the table of contents.
type section struct{ ID, Title string }

type purposeNotice struct {
	ID          string
	Title       string
	Description string
	Basis       basis
	Reason      string
	Kept        string
	Objection   string
	Whole       []string // categories seen as they are
	Reduced     []reduced
}

type reduced struct{ Title, How string }

type categoryNotice struct {
	Title     string
	Purposes  string
	Otherwise string
	Choice    bool
}

type embedded struct {
	Purpose   string
	Receivers []receiver
}

type cookieGroup struct {
	Purpose string
	Cookies []cookieNotice
}

type cookieNotice struct {
	Name  string // or a glob
	Owner string
	Life  string
}

func writeNotice(w http.ResponseWriter, r *http.Request, x *Exchange) error {
	return writePage(w, noticePage, noticeOf(r, x))
}

func noticeOf(r *http.Request, x *Exchange) noticeView {
	p, d := x.Policy, x.Decision
	v := noticeView{
		frame: frameOf(r, x, "Privacy notice"), OptOut: d.Regime() == rules.OptOut, GPCNow: d.Facts().Signals.GPC,
	}
	for _, c := range controllersFor(p, d) {
		v.Controllers = append(v.Controllers, controller{c.Name, c.Contact, linkTo(c.Contact)})
	}
	if !x.Since.IsZero() {
		v.Since = x.Since.UTC().Format("2 January 2006")
	}
	for _, purpose := range purposes(p) {
		v.Purposes = append(v.Purposes, purposeNoticeOf(p, purpose))
	}
	for _, c := range used(p) {
		v.Categories = append(v.Categories, categoryNotice{
			Title: titled(c.Title, c.ID), Purposes: purposesOf(p, c), Otherwise: treatment(c.Otherwise), Choice: c.Choice,
		})
	}
	for _, recipient := range recipients(p) {
		if recipient.Declared && recipient.Purpose == "" {
			v.Recipients = append(v.Recipients, receiverOf(p, d, recipient))
		}
	}
	for _, purpose := range purposes(p) {
		e := embedded{Purpose: titled(purpose.Title, purpose.ID)}
		for _, recipient := range thirdParties(p, purpose.ID) {
			e.Receivers = append(e.Receivers, receiverOf(p, d, recipient))
		}
		if len(e.Receivers) > 0 {
			v.Embedded = append(v.Embedded, e)
		}
	}
	if hearsGPC(p) {
		for _, purpose := range refusedByGPC(p) {
			v.GPC = append(v.GPC, titled(purpose.Title, purpose.ID))
		}
	}
	if p.Consent().Privet {
		v.RenewAfter = period(p.Consent().RenewAfter)
	}
	v.Cookies = cookiesOf(p, d)
	v.Sections = v.contents()
	return v
}

// contents are the sections that have something to say.
func (v *noticeView) contents() []section {
	var all []section
	for _, s := range []struct {
		section

		there bool
	}{
		{section{"controllers", "Who answers for your data"}, true},
		{section{"purposes", "Why data is used"}, true},
		{section{"data", "Which data, and what becomes of it"}, len(v.Categories) > 0},
		{section{"recipients", "Who receives data"}, len(v.Recipients) > 0},
		{section{"third-parties", "Third parties in our pages"}, len(v.Embedded) > 0},
		{section{"cookies", "Cookies"}, true},
		{section{"gpc", "Global Privacy Control"}, len(v.GPC) > 0},
		{section{"rights", "Your choices and rights"}, true},
	} {
		if s.there {
			all = append(all, s.section)
		}
	}
	return all
}

func purposeNoticeOf(p *rules.Policy, purpose *rules.Purpose) purposeNotice {
	n := purposeNotice{
		ID: purpose.ID, Title: titled(purpose.Title, purpose.ID), Description: purpose.Description,
		Basis: basisOf(purpose.Basis), Reason: sentence(purpose.Reason), Kept: kept(purpose.Retention),
	}
	if (option{basis: purpose.Basis}).openToObjection() {
		n.Objection = "You may object, and then it stops."
		if purpose.Overridable && !purpose.Marketing {
			n.Objection = "You may object; for the reason given, it may go on."
		}
	}
	for _, c := range categories(p) {
		for _, use := range c.Purposes {
			if use.Purpose == purpose.ID {
				n.Whole = append(n.Whole, titled(c.Title, c.ID))
			}
		}
		for _, use := range c.Actions {
			if use.Purpose == purpose.ID {
				n.Reduced = append(n.Reduced, reduced{titled(c.Title, c.ID), treatment(use.Action)})
			}
		}
	}
	return n
}

// used are the categories that the policy says something of.
func used(p *rules.Policy) []*rules.Category {
	var all []*rules.Category
	for _, c := range categories(p) {
		if !c.BuiltIn {
			all = append(all, c)
		}
	}
	return all
}

func purposesOf(p *rules.Policy, c *rules.Category) string {
	var titles []string
	for _, use := range c.Purposes {
		if purpose, ok := p.Purpose(use.Purpose); ok {
			titles = append(titles, titled(purpose.Title, purpose.ID))
		}
	}
	for _, use := range c.Actions {
		if purpose, ok := p.Purpose(use.Purpose); ok {
			titles = append(titles, titled(purpose.Title, purpose.ID)+" ("+treatment(use.Action)+")")
		}
	}
	return strings.Join(titles, "; ")
}

// cookiesOf are the cookies by purpose, our own among those that are strictly necessary.
func cookiesOf(p *rules.Policy, d *rules.Decision) []cookieGroup {
	var all []cookieGroup
	if p.Consent().Privet {
		all = append(all, cookieGroup{"Your choices", []cookieNotice{{ownCookie, "this site", longest(p.Consent().RenewAfter)}}})
	}
	if dated := datedFor(p); dated > 0 {
		all = append(all, cookieGroup{"How old other cookies are", []cookieNotice{{jar.AgesName, "this site", longest(dated)}}})
	}
	for _, purpose := range purposes(p) {
		g := cookieGroup{Purpose: titled(purpose.Title, purpose.ID)}
		for _, name := range namedCookies(p, purpose.ID) {
			g.Cookies = append(g.Cookies, cookieNotice{name, "this site", longest(purpose.Retention)})
		}
		for _, recipient := range thirdParties(p, purpose.ID) {
			for _, mark := range recipient.Embed.Cookies {
				// The policy may have given a vendor's cookie another purpose.
				if d.Cookie(mark.Name).Purpose == purpose.ID {
					g.Cookies = append(g.Cookies, cookieNotice{mark.Name, recipient.Title, longest(purpose.Retention)})
				}
			}
		}
		if len(g.Cookies) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// datedFor is how long the days are kept from which the lives of other cookies are counted; 0 where none has a cap.
func datedFor(p *rules.Policy) time.Duration {
	var dated time.Duration
	for _, purpose := range p.Purposes() {
		if purpose.Basis != rules.StrictlyNecessary {
			dated = max(dated, purpose.Retention)
		}
	}
	return dated
}

// namedCookies are the names and globs that the policy itself puts under a purpose (`cookies:`).
func namedCookies(p *rules.Policy, purpose string) []string {
	var names []string
	for _, c := range p.Cookies() {
		if c.Purpose == purpose && c.Recipient == "" && !c.BuiltIn {
			names = append(names, c.Name)
		}
	}
	return names
}

func longest(life time.Duration) string {
	if life == 0 {
		return "as its owner sets it"
	}
	return period(life)
}
