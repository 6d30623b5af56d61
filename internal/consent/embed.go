package consent

import (
	"bytes"
	"html/template"

	"github.com/privet-gateway/privet/rules"
)

// AppendEmbed appends the document that a frame shows in place of a third party's content that a decision does not let in:
// whose it is, what a click will do, and the button, which grants the purpose on this site and leads back to a path of it.
// It works without a script. Nothing is appended where such a click would not let the content in. ASCII, and HTML alone.
func AppendEmbed(dst []byte, p *rules.Policy, d *rules.Decision, recipient, back string) []byte {
	r, ok := p.Recipient(recipient)
	if !ok || !unlocks(p, d, r) {
		return dst
	}
	purpose, ok := p.Purpose(r.Purpose)
	if !ok {
		return dst
	}
	v := embedView{
		Sheet: embedSheet.path, Action: Root + consentName, Pages: Root, Back: local(back),
		Who: r.Title, ID: purpose.ID, Purpose: titled(purpose.Title, purpose.ID), Description: purpose.Description,
	}
	var b bytes.Buffer
	if err := embedPage.Execute(&b, v); err != nil {
		return dst
	}
	return append(dst, ascii(b.String())...)
}

// unlocks says that granting its purpose would let a recipient in: its transfer, a minor's age or the browser's own refusal
// may stand against it.
func unlocks(p *rules.Policy, d *rules.Decision, r *rules.Recipient) bool {
	if !p.Consent().Privet {
		return false
	}
	facts := d.Facts()
	facts.Signals.Prompt = rules.Choices{}
	return p.Choose(&facts.Signals.Prompt, r.Purpose, true) && p.Decide(facts).Embed(r.ID).Allowed
}

// embedView is what the template shows.
type embedView struct {
	Sheet, Action, Pages, Back    string
	Who, ID, Purpose, Description string
}

//nolint:gochecknoglobals // parsed once, never written to
var embedPage = template.Must(template.New("embed").Parse(flat(mustRead("embed.html"))))
