package jsonpath

// valueEnd gives the index behind the value that begins at i of a valid text, or len(p) where the text is broken.
func valueEnd(p []byte, i int) int {
	depth := 0
	for i < len(p) {
		switch p[i] {
		case '"':
			i = stringEnd(p, i)
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		case ' ', '\t', '\n', '\r', ',', ':':
			i++
			continue
		default:
			i += scalarBytes(p[i:])
		}
		if depth <= 0 {
			return i
		}
	}
	return len(p)
}

func scalarBytes(p []byte) int {
	for n, c := range p {
		switch c {
		case ',', ']', '}', ':', ' ', '\t', '\n', '\r', '"', '[', '{':
			return max(n, 1)
		}
	}
	return len(p)
}

// stringEnd gives the index behind the string that begins at i.
func stringEnd(p []byte, i int) int {
	for i++; i < len(p); i++ {
		i = spelled(p, i)
		if i < len(p) && p[i] == '"' {
			return i + 1
		}
		if i < len(p) && p[i] == '\\' {
			i++
		}
	}
	return len(p)
}
