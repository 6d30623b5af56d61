package caddymodule

import (
	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
)

func init() {
	caddy.RegisterModule(new(App))
	caddy.RegisterModule(Handler{})
	caddy.RegisterModule(MatchOrigin{})
	caddy.RegisterModule(MatchConsent{})
	caddy.RegisterModule(MatchTransfer{})
	caddy.RegisterModule(Admin{})

	httpcaddyfile.RegisterGlobalOption("privacy", parseGlobal)
	httpcaddyfile.RegisterHandlerDirective("privacy", parseDirective)
	httpcaddyfile.RegisterDirectiveOrder("privacy", httpcaddyfile.After, "encode")

	caddycmd.RegisterCommand(command())
}
