package consent

import (
	"mime"
	"strconv"
	"strings"
)

// prefersJSON says that a client names JSON and likes it better than a page (RFC 9110 section 12.5.1). A mere "*/*",
// which is what every client sends, does not ask for it.
func prefersJSON(accept []string) bool {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		mediaType, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, ok := parameters["q"]; ok {
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				weight = 0
			}
		}
		weights[mediaType] = max(weights[mediaType], weight)
	}
	return weights["application/json"] > weights["text/html"]
}
