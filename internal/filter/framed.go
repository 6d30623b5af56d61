package filter

import (
	"bytes"

	"github.com/privet-gateway/privet/rules"
)

// framed says whether the javascript: URL of a frame loads somebody who is not let through. It runs in a window of its own,
// which no guard of the page reaches before it does, so the URLs in its text are judged, by lists as well.
func (j *judgement) framed(script []byte) (ruling rules.EmbedRuling, blocked bool) {
	j.scripted = j.guarded
	if bytes.IndexByte(script, '%') >= 0 {
		script = percentDecoded(script)
	}
	script = scriptText(script)
	if ruling, blocked = j.runs(script); blocked {
		return ruling, true
	}
	for rest := script; ; {
		n := bytes.Index(rest, []byte("//"))
		if n < 0 {
			return ruling, false
		}
		rest = rest[n:]
		end := bytes.IndexAny(rest, " \t\r\n\"'`\\<>)")
		if end < 0 {
			end = len(rest)
		}
		if host := rest[2:end]; len(host) > 0 && bytes.IndexByte(host, '.') > 0 {
			if ruling, blocked = j.blocks(rest[:end], rules.ToScript); blocked {
				return ruling, true
			}
		}
		rest = rest[max(end, 2):]
	}
}
