package csp

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// Kind is what a page loads a file as. The zero value is a script.
type Kind uint8

// The kinds.
const (
	Script Kind = iota
	Sheet       // a style sheet, by a link element
)

// directives are those that judge a file of a kind, each standing in for the ones before it (CSP3 6.8.3).
func (k Kind) directives() [3]string {
	if k == Sheet {
		return [3]string{"style-src-elem", "style-src", "default-src"}
	}
	return [3]string{"script-src-elem", "script-src", "default-src"}
}

// File is a file of our own that a page loads from its own origin.
type File struct {
	Kind   Kind
	Secure bool   // the page is on https
	Host   string // of the page as the browser names it; with a port where that is not the scheme's own
	Path   string // absolute, of letters, digits, "/", "." and "-": "/.privacy/assets/guard.0123456789ab.js"
	SHA256 [32]byte
}

// Admission is how a page loads a file.
type Admission struct {
	// Nonce is what the element has to bear; "" where the page has none. It is base64, safe in an attribute.
	Nonce string
	// Integrity says that the element has to bear Integrity of the file, by which alone some policy admits it.
	Integrity bool
	// Idle says that no script can run on the page, whatever it holds: there is nothing to load one for.
	Idle bool
}

// The fields that policies stand in.
const (
	enforcedField = "Content-Security-Policy"
	reportedField = "Content-Security-Policy-Report-Only"
)

// Integrity is the value of an integrity attribute (SRI 3.5).
func (f *File) Integrity() string { return "sha256-" + base64.StdEncoding.EncodeToString(f.SHA256[:]) }

// AdmitHeader edits the policies of a response's header, those that only report too, so that each admits the file.
func AdmitHeader(h http.Header, f File) Admission {
	gather(h, enforcedField)
	gather(h, reportedField)
	lines, a := Admit(h[enforcedField], f)
	if len(lines) > 0 {
		h[enforcedField] = lines
	}
	if a.Idle || len(h[reportedField]) == 0 {
		return a
	}
	lines, reported := admit(h[reportedField], &f, a.Nonce)
	h[reportedField] = lines
	return Admission{Nonce: reported.Nonce, Integrity: a.Integrity || reported.Integrity}
}

// gather brings lines under other spellings of a field's name together, as a client reads them.
func gather(h http.Header, name string) {
	for key, lines := range h {
		if key != name && len(key) == len(name) && strings.EqualFold(key, name) {
			delete(h, key)
			h[name] = slices.Concat(h[name], lines)
		}
	}
}

// Admit edits the lines of one field so that each of their policies admits the file. Lines of which nothing changes are
// given back as they are, and the slice is not written to. Where no script can run, nothing changes.
func Admit(lines []string, f File) ([]string, Admission) {
	if f.Kind == Script {
		for _, line := range lines {
			for _, p := range policies(line) {
				if p.isIdle() {
					return lines, Admission{Idle: true}
				}
			}
		}
	}
	return admit(lines, &f, "")
}

// admit prefers a nonce that is settled already.
func admit(lines []string, f *File, nonce string) ([]string, Admission) {
	a := Admission{Nonce: nonce}
	if nonce == "" {
		a.Nonce = nonceFor(lines, f)
	}
	var out []string
	for i, line := range lines {
		edited, byHash := f.admitLine(line, a.Nonce)
		a.Integrity = a.Integrity || byHash
		if edited != line && out == nil {
			out = append(make([]string, 0, len(lines)), lines...)
		}
		if out != nil {
			out[i] = edited
		}
	}
	if out == nil {
		return lines, a
	}
	return out, a
}

// nonceFor is the nonce of a policy that nothing else lets the file through, or else of any.
func nonceFor(lines []string, f *File) string {
	names := f.Kind.directives()
	other := ""
	for _, line := range lines {
		for _, p := range policies(line) {
			d := p.first(names[:]...)
			if d == nil {
				continue
			}
			for _, source := range d.sources {
				nonce := nonceOf(source)
				if nonce != "" && f.isStopped(d) {
					return nonce
				}
				if other == "" {
					other = nonce
				}
			}
		}
	}
	return other
}

// isStopped says that a list lets the file through by its URL neither.
func (f *File) isStopped(d *directive) bool {
	return f.Kind == Script && d.has("'strict-dynamic'") || !d.admitsURL(f)
}

// admitLine edits the policies of a line, from the last to the first, so that places in it stay right.
func (f *File) admitLine(line, nonce string) (edited string, byHash bool) {
	all := policies(line)
	names := f.Kind.directives()
	for i := len(all) - 1; i >= 0; i-- {
		d := all[i].first(names[:]...)
		if d == nil || !f.isStopped(d) || nonce != "" && d.holds("'nonce-"+nonce+"'") {
			continue
		}
		source, isHash := f.sourceFor(d)
		byHash = byHash || isHash
		if isHash && d.holds(source) {
			continue
		}
		line = all[i].extend(line, d, source, names[1])
	}
	return line, byHash
}

// holds says that a list holds a nonce or a hash, of which only the prefix has no case.
func (d *directive) holds(source string) bool {
	prefix := strings.IndexByte(source, '-') + 1
	for _, s := range d.sources {
		if len(s) == len(source) && strings.EqualFold(s[:prefix], source[:prefix]) && s[prefix:] == source[prefix:] {
			return true
		}
	}
	return false
}

// sourceFor is what lets the file into a list, and as little else as can be.
func (f *File) sourceFor(d *directive) (source string, isHash bool) {
	host, port := splitHost(f.Host)
	switch byPath := isName(host) && isPort(port); {
	case byPath && (f.Kind == Sheet || !d.has("'strict-dynamic'")):
		return f.Host + f.Path, false
	case f.Kind == Script && !d.allowsInline(Script):
		return "'" + f.Integrity() + "'", true
	default:
		return "'self'", false // who may run scripts inline has no use for those of the site
	}
}

// extend puts a source into a directive. One that stands in for others is copied under the name of the one it stands in
// for, since it judges much else.
func (p *policy) extend(line string, d *directive, source, instead string) string {
	if d.name == "default-src" {
		sources := d.sources
		if d.none >= 0 {
			sources = nil
		}
		end := p.directives[len(p.directives)-1].end
		return line[:end] + "; " + strings.Join(slices.Concat([]string{instead}, sources, []string{source}), " ") + line[end:]
	}
	if d.none >= 0 {
		return line[:d.none] + source + line[d.end:]
	}
	return line[:d.end] + " " + source + line[d.end:]
}

// isIdle says that a policy lets no script run: it has the page sandboxed, or admits none, be it by URL, by nonce, by
// hash or inline.
func (p *policy) isIdle() bool {
	if d := p.first("sandbox"); d != nil && !d.has("allow-scripts") {
		return true
	}
	elements := p.first("script-src-elem", "script-src", "default-src")
	handlers := p.first("script-src-attr", "script-src", "default-src")
	return elements != nil && handlers != nil && elements.admitsNothing() && handlers.admitsNothing()
}

func (d *directive) admitsNothing() bool {
	for _, source := range d.sources {
		switch strings.ToLower(source) {
		case "'none'", "'strict-dynamic'", "'report-sample'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'unsafe-hashes'",
			"'inline-speculation-rules'", "'trusted-types-eval'", "'report-sha256'", "'report-sha384'", "'report-sha512'":
		default:
			return false
		}
	}
	return true
}
