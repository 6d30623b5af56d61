package consent

import (
	"bytes"
	"html"
	"html/template"
	"sync"

	"github.com/privet-gateway/privet/rules"
)

// embeds are the documents that frames show in place of third parties' content under one decision, each made when it is
// asked for first. They are no more than there are recipients.
type embeds struct {
	policy   *rules.Policy
	decision *rules.Decision

	mu   sync.Mutex
	made map[string]*markup // by recipient; nil where there is none
}

// AppendEmbed appends the document that a frame shows in place of a third party's content that the decision does not let
// in: whose it is, what a click will do, and the button, which grants the purpose on this site and leads back to a path of
// it. It works without a script. It is ASCII, and written as the value of srcdoc between double quotes. Nothing is appended
// where such a click would not let the content in.
func (p *Prompt) AppendEmbed(dst []byte, recipient, back string) []byte {
	if m := p.embeds.of(recipient); m != nil {
		return m.appendTo(dst, back)
	}
	return dst
}

func (e *embeds) of(recipient string) *markup {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, known := e.made[recipient]
	if !known {
		if e.made == nil {
			e.made = map[string]*markup{}
		}
		m = e.render(recipient)
		e.made[recipient] = m
	}
	return m
}

func (e *embeds) render(recipient string) *markup {
	r, ok := e.policy.Recipient(recipient)
	if !ok || !e.unlocks(r) {
		return nil
	}
	purpose, ok := e.policy.Purpose(r.Purpose)
	if !ok {
		return nil
	}
	v := embedView{
		Sheet: embedSheet.path, Action: Root + consentName, Pages: Root, Field: backValue, Query: backQuery,
		Who: r.Title, ID: purpose.ID, Purpose: titled(purpose.Title, purpose.ID),
	}
	var b bytes.Buffer
	if err := embedPage.Execute(&b, v); err != nil {
		return nil
	}
	m := markupOf(html.EscapeString(ascii(b.String())))
	return &m
}

// unlocks says that granting its purpose would let a recipient in: its transfer, a minor's age or the browser's own refusal
// may stand against it.
func (e *embeds) unlocks(r *rules.Recipient) bool {
	if !e.policy.Consent().Privet {
		return false
	}
	facts := e.decision.Facts()
	facts.Signals.Prompt = rules.Choices{}
	return e.policy.Choose(&facts.Signals.Prompt, r.Purpose, true) && e.policy.Decide(facts).Embed(r.ID).Allowed
}

// embedView is what the template shows.
type embedView struct {
	Sheet, Action, Pages, Field, Query string
	Who, ID, Purpose                   string
}

//nolint:gochecknoglobals // parsed once, never written to
var embedPage = template.Must(template.New("embed").Parse(flat(mustRead("embed.html"))))
