package filter

import (
	"strings"

	"github.com/privet-gateway/privet/internal/view"
)

// boundaryOf reads the boundary among the parameters of a multipart type (RFC 2046 5.1.1). It is not ok where there is
// none, or more than one.
func boundaryOf(parameters string) (boundary string, ok bool) {
	for {
		name, value, rest, ok := nextParameter(parameters)
		switch {
		case !ok:
			return "", false
		case name == "":
			return boundary, boundary != ""
		case strings.EqualFold(name, "boundary"):
			if boundary != "" || !isBoundary(value) {
				return "", false
			}
			boundary = value
		case strings.EqualFold(name, "charset") && !namesUTF8(value):
			return "", false
		}
		parameters = rest
	}
}

// boundaryIn reads it from a Content-Type line of which MediaOf says Multipart.
func boundaryIn(contentType string) string {
	_, parameters, _ := strings.Cut(contentType, ";")
	boundary, _ := boundaryOf(parameters)
	return boundary
}

func isBoundary(text string) bool {
	if text == "" || len(text) > 70 || text[len(text)-1] == ' ' {
		return false
	}
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && !isDigit(c) && strings.IndexByte("'()+_,-./:=? ", c) < 0 {
			return false
		}
	}
	return true
}

// partOf says how a part of a multipart body is read. A type that some filter reads, with parameters that it does not
// read, is refused, and so are parts within parts.
func partOf(contentType string) (view.PartKind, func(view.Job) view.Filter) {
	media := MediaOf([]string{contentType})
	switch {
	case media == JSON:
		return view.PartJSON, nil
	case media == Multipart:
		return view.PartRefused, nil
	case media.Reads():
		return view.PartDocuments, func(job view.Job) view.Filter { return readerOf(job, media, contentType) }
	case media != Unreadable:
		return view.PartOpaque, nil
	}
	essence, parameters, _ := strings.Cut(contentType, ";")
	top, sub, ok := strings.Cut(trimSpace(essence), "/")
	switch {
	case !ok, !isToken(top), !isToken(sub), !areReadable(parameters):
		return view.PartRefused, nil
	case strings.EqualFold(top, "multipart"), MediaOf([]string{essence}).Reads():
		return view.PartRefused, nil
	case !strings.EqualFold(top, "text") || !strings.EqualFold(sub, "plain"):
		return view.PartOpaque, nil
	case !isUTF8(parameters):
		return view.PartRefused, nil
	default:
		return view.PartText, nil
	}
}

// areReadable says that parameters parse.
func areReadable(parameters string) bool {
	for {
		name, _, rest, ok := nextParameter(parameters)
		if !ok || name == "" {
			return ok
		}
		parameters = rest
	}
}
