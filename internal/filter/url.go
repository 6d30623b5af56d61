package filter

import "strings"

// reference acts on the query of a URL reference (RFC 3986 4.1). A fragment stays as it is: it is no query, even where
// scripts of a page read it as one.
func (e *errand) reference(ref string) string {
	mark, end := queryOf(ref)
	if mark < 0 {
		return ref
	}
	raw := ref[mark+1 : end]
	out := e.query(Target{Host: e.hostOf(ref[:mark]), Path: pathOf(ref[:mark]), Query: raw})
	switch out {
	case raw:
		return ref
	case "":
		return ref[:mark] + ref[end:]
	default:
		return ref[:mark+1] + out + ref[end:]
	}
}

// queryOf finds the question mark of a reference and the end of its query; mark is -1 where it has none. The URLs that
// are content themselves have none either.
func queryOf(ref string) (mark, end int) {
	end = strings.IndexByte(ref, '#')
	if end < 0 {
		end = len(ref)
	}
	mark = strings.IndexByte(ref[:end], '?')
	if mark >= 0 && isContent(ref) {
		mark = -1
	}
	return mark, end
}

func isContent(ref string) bool {
	scheme, _, found := strings.Cut(strings.TrimLeft(ref, " \t"), ":")
	return found && (strings.EqualFold(scheme, "data") || strings.EqualFold(scheme, "javascript"))
}

// pathOf leaves scheme and authority out of what stands before a query.
func pathOf(before string) string {
	if i := strings.Index(before, "//"); i >= 0 && !strings.Contains(before[:i], "/") {
		before = before[i+2:]
		before = before[partEnd(before, '/', 0):]
	}
	return before
}

// hostOf is the host that stands before a query, or that of the exchange.
func (e *errand) hostOf(before string) string {
	scheme, authority, found := strings.Cut(before, "//")
	if !found || strings.Contains(scheme, "/") {
		return e.host
	}
	authority = authority[:partEnd(authority, '/', 0)]
	return authority[strings.LastIndexByte(authority, '@')+1:]
}

// refresh acts on the URL of a Refresh field (HTML, "shared declarative refresh steps").
func (e *errand) refresh(value string) string {
	start, end := refreshURL(value)
	out := e.reference(value[start:end])
	if out == value[start:end] {
		return value
	}
	return value[:start] + out + value[end:]
}

// htmlSpace is ASCII white space (Infra 4.6).
const htmlSpace = " \t\r\n\f"

// refreshURL finds the URL behind the seconds: `5; url='/next'`, `0,/next`, `5 url = /next`.
func refreshURL(value string) (start, end int) {
	rest := strings.TrimLeft(value, "0123456789.;,"+htmlSpace)
	if named := cutURLWord(rest); named != "" {
		rest = named
	}
	start, end = len(value)-len(rest), len(value)
	if rest == "" {
		return start, end
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		start++
		if i := strings.IndexByte(rest[1:], quote); i >= 0 {
			end = start + i
		}
	}
	return start, end
}

// cutURLWord gives what follows "url =", or "".
func cutURLWord(s string) string {
	if len(s) < 3 || !strings.EqualFold(s[:3], "url") {
		return ""
	}
	after, found := strings.CutPrefix(strings.TrimLeft(s[3:], htmlSpace), "=")
	if !found {
		return ""
	}
	return strings.TrimLeft(after, htmlSpace)
}

// link acts on each target of a Link field (RFC 8288).
func (e *errand) link(value string) string { return eachTarget(value, e.reference) }

// eachTarget replaces what stands between "<" and ">". A quoted parameter is passed over as long as the field is well
// formed; behind the first byte that is not, readers disagree on what is quoted, so every "<" opens a target there. A
// target that holds another "<" is cut to what precedes it.
func eachTarget(value string, replace func(string) string) string {
	var out strings.Builder
	copied := 0
	formed := true
	for i := 0; i < len(value); {
		if formed {
			i, formed = passParameters(value, i)
		}
		open := strings.IndexByte(value[i:], '<')
		if open < 0 {
			break
		}
		start := i + open + 1
		end := partEnd(value, '>', start)
		if target := replace(value[start:partEnd(value[:end], '<', start)]); target != value[start:end] {
			out.WriteString(value[copied:start])
			out.WriteString(target)
			copied = end
		}
		i = end
	}
	if copied == 0 {
		return value
	}
	out.WriteString(value[copied:])
	return out.String()
}

// passParameters moves from the ">" of a target (or the beginning) to the next "<", by the grammar alone. formed is
// false where that cannot be done, and i then stands before the first byte that does not belong.
func passParameters(value string, i int) (_ int, formed bool) {
	if value[i] == '>' {
		i++
		for {
			next := passParameter(value, i)
			if next == i {
				break
			}
			i = next
		}
	}
	for j := i; j < len(value); j++ {
		switch c := value[j]; {
		case c == '<':
			return j, true
		case c != ',' && !isBlank(c):
			return i, false
		}
	}
	return i, true
}

// passParameter moves over one `; name="text"`, `; name=token`, `; name` or `;`; it stays where none stands.
func passParameter(value string, i int) int {
	j := passBlanks(value, i)
	if j == len(value) || value[j] != ';' {
		return i
	}
	j = passToken(value, passBlanks(value, j+1))
	equals := passBlanks(value, j)
	if equals == len(value) || value[equals] != '=' {
		return j
	}
	j = passBlanks(value, equals+1)
	if j == len(value) || value[j] != '"' {
		return passToken(value, j)
	}
	// A backslash is an escape to some readers only, so such text is not passed over.
	end := strings.IndexAny(value[j+1:], `"\`)
	if end < 0 || value[j+1+end] == '\\' {
		return i
	}
	return j + end + 2
}

func passBlanks(value string, i int) int {
	for i < len(value) && isBlank(value[i]) {
		i++
	}
	return i
}

// passToken moves over what neither quotes nor separates.
func passToken(value string, i int) int {
	for i < len(value) && !isBlank(value[i]) && strings.IndexByte(`;,="<>`, value[i]) < 0 {
		i++
	}
	return i
}
