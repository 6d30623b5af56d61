// Package privet is the privacy gateway as a Caddy plugin: import it for its side effect, or build it in with
//
//	xcaddy build --with github.com/privet-gateway/privet
package privet

import _ "github.com/privet-gateway/privet/caddymodule" // registers the modules, the directive and the command
