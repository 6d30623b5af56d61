// Command privet is Caddy with the privacy gateway in it.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard" // all that Caddy itself brings

	_ "github.com/privet-gateway/privet"
)

func main() { caddycmd.Main() }
