package policytest

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/privet-gateway/privet/internal/filter"
)

// TypeOf is the Content-Type that the name of a file says its body has: JSON where it says nothing. A multipart form has a
// boundary, which no name says.
func TypeOf(file string) string {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".ndjson", ".jsonl":
		return "application/x-ndjson"
	case ".json-seq":
		return "application/json-seq"
	case ".events", ".sse":
		return "text/event-stream"
	case ".form":
		return "application/x-www-form-urlencoded"
	case ".csv":
		return "text/csv"
	case ".tsv":
		return "text/tab-separated-values"
	case ".xml":
		return "application/xml"
	case ".js":
		return "text/javascript"
	default:
		return "application/json"
	}
}

// mediaOf is how a body of a type is read. A script is tried as JSON with padding, as on an endpoint with labels.
func mediaOf(contentType string) filter.Media {
	var lines []string
	if contentType != "" {
		lines = []string{contentType}
	}
	if media := filter.MediaOf(lines); media != filter.Script {
		return media
	}
	return filter.Padding
}

// withoutLineEnd leaves out what editors put at the end of a file, and no form has.
func withoutLineEnd(form []byte) []byte { return bytes.TrimRight(form, "\r\n") }

// visible shows line by line what is in a body byte for byte: control characters as their pictures (Unicode 2400), and
// whether the last line has an end.
func visible(body []byte) string {
	var out strings.Builder
	ended := bytes.HasSuffix(body, []byte{'\n'})
	for _, c := range string(bytes.TrimSuffix(body, []byte{'\n'})) {
		if c < ' ' && c != '\n' {
			c += '\u2400'
		}
		out.WriteRune(c)
	}
	if !ended && len(body) > 0 {
		out.WriteString("\n(no line end)")
	}
	return out.String()
}
