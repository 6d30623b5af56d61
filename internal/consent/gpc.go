package consent

import (
	"net/http"
	"time"

	"github.com/privet-gateway/privet/rules"
)

// hearsGPC says that the policy listens to Global Privacy Control and that there is something it refuses.
func hearsGPC(p *rules.Policy) bool {
	return p.Consent().GPC && len(refusedByGPC(p)) > 0
}

// refusedByGPC are the purposes that the signal refuses.
func refusedByGPC(p *rules.Policy) []*rules.Purpose {
	var refused []*rules.Purpose
	for _, purpose := range purposes(p) {
		if purpose.GPC {
			refused = append(refused, purpose)
		}
	}
	return refused
}

// writeSupport is the site's support resource (W3C GPC, "GPC Support Resource"): the stance of the site, whoever asks.
func writeSupport(w http.ResponseWriter, x *Exchange) error {
	support := struct {
		GPC        bool   `json:"gpc"`
		LastUpdate string `json:"lastUpdate,omitempty"`
	}{GPC: hearsGPC(x.Policy)}
	if !x.Since.IsZero() {
		support.LastUpdate = x.Since.UTC().Format(time.DateOnly)
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return writeJSON(w, http.StatusOK, "application/json", support)
}
