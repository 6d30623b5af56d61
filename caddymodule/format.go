package caddymodule

import (
	"net/http"

	"github.com/privet-gateway/privet/internal/filter"
	"github.com/privet-gateway/privet/rules"
)

// bodySpec is what a body of the exchange is, to a filter of labelled fields: its medium, and the header that says so.
func (x *exchange) bodySpec(r *http.Request, dir rules.Direction, media filter.Media, h http.Header) filter.BodySpec {
	return filter.BodySpec{
		Direction: dir, Media: media, Type: h.Get("Content-Type"),
		Elements: &elements{x: x, ctx: r.Context(), direction: dir},
	}
}
