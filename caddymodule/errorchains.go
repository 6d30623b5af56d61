package caddymodule

import (
	"errors"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

var (
	errMethod     = errors.New("the health is read with GET")
	errNotRunning = errors.New("no configuration with a privacy policy is running")
)

// warnOfBareErrorChains looks for servers on which `privacy` stands in the routes but not in handle_errors: an error
// page is written by a chain of its own, which no handler of the routes filters.
func (a *App) warnOfBareErrorChains() {
	module, err := a.ctx.AppIfConfigured("http")
	if err != nil {
		return
	}
	server, ok := module.(*caddyhttp.App)
	if !ok {
		return
	}
	for name, srv := range server.Servers {
		if !filtered(srv.Routes) || srv.Errors == nil || len(srv.Errors.Routes) == 0 {
			continue
		}
		for i, route := range srv.Errors.Routes {
			if !filtered(caddyhttp.RouteList{route}) {
				a.log.Warn("an error chain has no privacy handler of its own, so what it writes is not filtered; put `privacy` into handle_errors",
					zap.String("server", name), zap.Int("route", i))
			}
		}
	}
}

// filtered says that a privacy handler stands somewhere in the routes.
func filtered(routes caddyhttp.RouteList) bool {
	for _, route := range routes {
		for _, handler := range route.Handlers {
			switch h := handler.(type) {
			case *Handler:
				return true
			case *caddyhttp.Subroute:
				if filtered(h.Routes) {
					return true
				}
			}
		}
	}
	return false
}
