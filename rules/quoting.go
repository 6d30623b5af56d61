package rules

import "strings"

// quoteScan reads a file that is not YAML, character by character, for the most likely cause: a JSONPath that needs
// quotes. It knows just enough of YAML to tell quotes, comments and the insides of brackets.
type quoteScan struct {
	line  string
	i     int
	depth int  // of {} and []
	open  bool // a value or key may begin here
}

// needsQuotes is a path without quotes, and what in it asks for them.
type needsQuotes struct {
	line, column int
	holds        string
}

// unquotedPaths finds the paths of a file that need quotes and have none.
func unquotedPaths(lines []string) []needsQuotes {
	var found []needsQuotes
	s := quoteScan{}
	for n, line := range lines {
		s.line, s.i, s.open = line, 0, true
		for s.i < len(s.line) {
			if column, holds := s.next(); holds != "" {
				found = append(found, needsQuotes{n + 1, column, holds})
			}
		}
	}
	return found
}

// next reads one item; holds is "" unless that was a path which needs quotes.
func (s *quoteScan) next() (column int, holds string) {
	c := s.line[s.i]
	switch {
	case c == ' ' || c == '\t':
		if strings.HasPrefix(s.line[s.i+1:], "#") {
			s.i = len(s.line)
			return 0, ""
		}
		s.i++
		return 0, ""
	case c == '#' && s.i == 0:
		s.i = len(s.line)
		return 0, ""
	case s.open && (c == '\'' || c == '"'):
		s.i = endOfQuoted(s.line, s.i)
	case s.open && c == '$':
		return s.path()
	case (c == '{' || c == '[') && (s.open || s.depth > 0):
		s.depth++
		s.i++
		s.open = true
		return 0, ""
	case (c == '}' || c == ']') && s.depth > 0:
		s.depth--
		s.i++
	case c == ',' && s.depth > 0, (c == ':' || c == '-' && s.open) && endsWord(s.line, s.i):
		s.i++
		s.open = true
		return 0, ""
	default:
		s.i++
	}
	s.open = false
	return 0, ""
}

func (s *quoteScan) path() (column int, holds string) {
	start := s.i
	brackets := 0
	for ; s.i < len(s.line); s.i++ {
		rest := s.line[s.i:]
		colon, comment := rest[0] == ':' && endsWord(s.line, s.i), strings.HasPrefix(rest, " #")
		if brackets == 0 && (colon || comment || s.depth > 0 && (rest[0] == ',' || rest[0] == '}' || rest[0] == ']')) {
			break
		}
		switch {
		case colon && holds == "":
			holds = "`: `"
		case comment && holds == "":
			holds = "` #`"
		case rest[0] == '[':
			brackets++
		case rest[0] == ']':
			brackets--
		case brackets > 0 && (rest[0] == '\'' || rest[0] == '"'):
			end := endOfText(s.line, s.i)
			if holds == "" {
				holds = holdsSeparator(s.line[s.i:end])
			}
			s.i = end - 1
		}
	}
	s.open = false
	if brackets != 0 {
		return 0, "" // a path that is not closed, quoted or not
	}
	if holds == "" && s.depth > 0 && strings.ContainsAny(s.line[start:s.i], "[]{}") {
		holds = "a bracket inside {}"
	}
	return start + 1, holds
}

// endsWord says that white space or the end of the line follows index i.
func endsWord(line string, i int) bool {
	return i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\r'
}

func holdsSeparator(text string) string {
	switch {
	case strings.Contains(text, ": "):
		return "`: `"
	case strings.Contains(text, " #"):
		return "` #`"
	default:
		return ""
	}
}

// endOfQuoted is the index behind a quoted text that begins at i, or the end of the line.
func endOfQuoted(line string, i int) int {
	quote := line[i]
	for j := i + 1; j < len(line); j++ {
		switch {
		case line[j] == '\\' && quote == '"':
			j++
		case line[j] == quote:
			return j + 1
		}
	}
	return len(line)
}

// endOfText is endOfQuoted for a text within a path, where a backslash escapes whichever quotes stand around it.
func endOfText(path string, i int) int {
	quote := path[i]
	for j := i + 1; j < len(path); j++ {
		switch path[j] {
		case '\\':
			j++
		case quote:
			return j + 1
		}
	}
	return len(path)
}

// balanced says that every bracket and quote of a path is closed.
func balanced(path string) bool {
	brackets := 0
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '[':
			brackets++
		case ']':
			brackets--
		case '\'', '"':
			if brackets > 0 {
				end := endOfText(path, i)
				if end == len(path) && (path[end-1] != path[i] || end-1 == i) {
					return false
				}
				i = end - 1
			}
		}
	}
	return brackets == 0
}
