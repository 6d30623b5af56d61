package documents

import (
	"bytes"
	"math/rand/v2"
)

//nolint:gochecknoglobals // constants
var words = []string{"order", "shipped", "invoice", "meeting", "moved", "thanks", "reply", "pending", "account", "since"}

func prose(random *rand.Rand) string {
	var b bytes.Buffer
	for i := range 12 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[random.IntN(len(words))])
	}
	return b.String()
}
