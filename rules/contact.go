package rules

import (
	"fmt"
	"strings"
)

// DeclaredOnly says that pages may contact those third parties alone that the policy declares (`third_parties: declared`).
func (p *Policy) DeclaredOnly() bool { return p.declaredOnly }

// Contacts are the marks by host and by URL of the third parties that the policy declares, entries of the catalogue that it
// refines among them, and that are let through: whom a page may contact where third_parties is declared. They are as
// written, in the order of the recipients' ids. Marks that no Content-Security-Policy can express are left out.
func (d *Decision) Contacts() (hosts, urls []string) {
	for _, r := range d.policy.Recipients() {
		if !r.isContact() || !d.embeds[r.ID].Allowed {
			continue
		}
		for _, m := range r.Embed.Hosts {
			if !isOpenEnded(m.Name) {
				hosts = append(hosts, m.Name)
			}
		}
		for _, m := range r.Embed.URLs {
			if !isOpenEnded(m.Name) {
				urls = append(urls, m.Name)
			}
		}
	}
	return hosts, urls
}

// isContact says that a recipient is a third party of pages that the policy declares.
func (r *Recipient) isContact() bool { return r.Declared && r.Purpose != "" }

// isOpenEnded says that the host of a mark ends anyhow, or is any.
func isOpenEnded(mark string) bool {
	host, _, _ := strings.Cut(mark, "/")
	return host == "*" || strings.HasSuffix(host, ".*")
}

// lintContacts warns of hosts that will be kept from being contacted although a declared recipient owns them.
func (l *loader) lintContacts() {
	if !l.policy.declaredOnly {
		return
	}
	for _, r := range l.policy.Recipients() {
		if !r.isContact() {
			continue
		}
		warned := false
		for _, m := range r.Embed.Hosts {
			at := m.At
			if m.builtIn {
				at = r.At
			}
			if !isOpenEnded(m.Name) || m.builtIn && warned {
				continue
			}
			warned = true
			l.warn(at, fmt.Sprintf("third_parties: declared cannot let pages contact %s of %s, since a Content-Security-Policy knows no hosts that end anyhow", m.Name, r.ID),
				"add the hosts that your pages contact")
		}
	}
}
