package consent

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/privet-gateway/privet/rules"
)

//go:embed pages
var pageFiles embed.FS

//nolint:gochecknoglobals // parsed once, never written to
var (
	preferencesPage = newPage("preferences.html")
	noticePage      = newPage("notice.html")
)

// newPage parses a page within the frame that all pages have.
func newPage(file string) *template.Template {
	return template.Must(template.Must(template.New("frame").Parse(mustRead("frame.html"))).Parse(mustRead(file)))
}

func mustRead(file string) string {
	text, err := pageFiles.ReadFile("pages/" + file)
	if err != nil {
		panic(err) // it is compiled in
	}
	return string(text)
}

// frame is what all pages show.
type frame struct {
	Title   string
	Site    string // who answers for it
	Sheet   string
	Back    string // where the visitor came from
	Consent string // the path that forms are sent to
	Pages   string // the folder of the other pages
}

func frameOf(r *http.Request, x *Exchange, title string) frame {
	f := frame{Title: title, Site: hostOf(x.Origin), Sheet: pageSheet.path, Back: backOf(r), Consent: Root + consentName, Pages: Root}
	if all := controllersFor(x.Policy, x.Decision); len(all) > 0 {
		f.Site = all[0].Name
	}
	return f
}

// backOf is the way back to the page that a link of ours stood on.
func backOf(r *http.Request) string {
	back := r.URL.Query()["return"]
	if len(back) != 1 {
		return local("")
	}
	return local(back[0])
}

func hostOf(origin string) string {
	if _, host, ok := strings.Cut(origin, "://"); ok && host != "" {
		return host
	}
	return "This site"
}

// controllersFor are those that answer for the processing under the visitor's law, all of them where none does.
func controllersFor(p *rules.Policy, d *rules.Decision) []rules.Controller {
	var own []rules.Controller
	for _, c := range p.Controllers() {
		if c.Laws&lawsOf(d) != 0 {
			own = append(own, c)
		}
	}
	if len(own) == 0 {
		return p.Controllers()
	}
	return own
}

// lawsOf are the laws under which data leaves the country of the visitor or of the establishment.
func lawsOf(d *rules.Decision) rules.Laws {
	return rules.LawOf(d.Origin()) | d.Facts().Exporter
}

// writePage sends a page that may hold no script, no style of its own, and stand in no frame.
func writePage(w http.ResponseWriter, page *template.Template, view any) error {
	var b bytes.Buffer
	if err := page.Execute(&b, view); err != nil {
		_ = refuse(w, &problem{status: http.StatusInternalServerError, detail: "the page could not be made"})
		return fmt.Errorf("making a page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	return nil
}
