package caddymodule

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

// parseDirective reads the directive:
//
//	privacy [<matcher>] {
//		purpose   <id> | <placeholder> <ids...>
//		recipient <id>
//		caller    <id> | <placeholder> <ids...>
//		exporter  EEA|GB|CH|none
//		subject   <placeholder>
//		residence <placeholder>
//		minor     <placeholder>
//		third_parties open|declared
//		guard     on|off
//	}
func parseDirective(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	handler := new(Handler)
	d := h.Dispenser
	d.Next()
	if d.NextArg() {
		return nil, d.Err("privacy takes no argument; its options stand in a block")
	}
	seen := map[string]bool{}
	for d.NextBlock(0) {
		option := d.Val()
		if seen[option] {
			return nil, d.Errf("%s stands twice; one of them would be ignored", option)
		}
		seen[option] = true
		if err := handler.parseOption(d, option); err != nil {
			return nil, err
		}
	}
	handler.warn(d)
	return handler, nil
}

func (h *Handler) parseOption(d *caddyfile.Dispenser, option string) (err error) {
	switch option {
	case "purpose":
		h.Purpose, err = parseChoice(d, option)
	case "caller":
		h.Caller, err = parseChoice(d, option)
	case "recipient":
		h.Recipient, err = argument(d, option)
	case "exporter":
		h.Exporter, err = argument(d, option)
	case "subject":
		h.Subject, err = argument(d, option)
	case "residence":
		h.Residence, err = argument(d, option)
	case "minor":
		h.Minor, err = argument(d, option)
	case "third_parties":
		if h.ThirdParties, err = argument(d, option); err == nil && h.ThirdParties != openParties && h.ThirdParties != declaredParties {
			err = d.Err(errParties.Error())
		}
	case "guard":
		h.Guard, err = argument(d, option)
		if err == nil && h.Guard != guardOn && h.Guard != guardOff {
			err = d.Errf("guard is %s or %s", guardOn, guardOff)
		}
	default:
		err = d.Errf("unknown option %q; privacy has purpose, recipient, caller, exporter, subject, residence, minor, third_parties and guard", option)
	}
	return err
}

// parseChoice reads one id, or a placeholder with a non-empty list of ids.
func parseChoice(d *caddyfile.Dispenser, option string) (*Choice, error) {
	args := d.RemainingArgs()
	switch {
	case len(args) == 0:
		return nil, d.Errf("%s needs an id, or a placeholder and the ids it may choose from", option)
	case strings.Contains(args[0], "{"):
		if len(args) == 1 {
			return nil, d.Errf("%s reads a placeholder but lists no ids; write the ids it may choose from behind it", option)
		}
		return &Choice{From: args[0], Of: args[1:]}, nil
	case len(args) > 1:
		return nil, d.Errf("%s has %d ids; write one id, or a placeholder and the ids it may choose from", option, len(args))
	default:
		return &Choice{ID: args[0]}, nil
	}
}

func argument(d *caddyfile.Dispenser, option string) (string, error) {
	args := d.RemainingArgs()
	if len(args) != 1 || args[0] == "" {
		return "", d.Errf("%s takes one argument", option)
	}
	return args[0], nil
}

// warn says where a purpose is the client's own statement: nobody has checked it.
func (h *Handler) warn(d *caddyfile.Dispenser) {
	if h.Purpose == nil || h.Caller != nil || len(h.Purpose.Of) < 2 || !strings.Contains(h.Purpose.From, "{http.request.") {
		return
	}
	caddy.Log().Named("privacy").Warn("the purpose is read from the request, which is a statement of the client and no authorisation; "+
		"read it from {http.auth.user.…}, name the caller, or list one purpose",
		zap.String("file", d.File()), zap.Int("line", d.Line()))
}

// parseGlobal reads the global option of the same name.
func parseGlobal(d *caddyfile.Dispenser, existing any) (any, error) {
	app := new(App)
	d.Next()
	if existing != nil {
		return nil, d.Err("privacy stands twice among the global options; join them")
	}
	if d.NextArg() {
		return nil, d.Err("privacy takes no argument; its options stand in a block")
	}
	seen := map[string]bool{}
	for d.NextBlock(0) {
		option := d.Val()
		if seen[option] && !slices.Contains([]string{"policy", "descriptors", "country", "key"}, option) {
			return nil, d.Errf("%s stands twice; one of them would be ignored", option)
		}
		seen[option] = true
		if err := app.parseOption(d, option); err != nil {
			return nil, err
		}
	}
	if len(app.Policy) > 0 {
		app.PolicyHashes, app.ListHashes = hashes(app.Policy), listHashes(app.Policy)
	}
	if len(app.Descriptors) > 0 {
		app.DescriptorHashes = hashes(app.Descriptors)
	}
	return httpcaddyfile.App{Name: "privacy", Value: caddyconfig.JSON(app, nil)}, nil
}

func (a *App) parseOption(d *caddyfile.Dispenser, option string) (err error) {
	switch option {
	case "policy":
		return a.parsePolicy(d)
	case "descriptors":
		return a.parseDescriptors(d)
	case "country":
		return a.parseCountry(d)
	case "store":
		return a.parseStore(d)
	case "key":
		keys := d.RemainingArgs()
		if len(keys) == 0 {
			return d.Err("key needs a secret, best as {env.NAME}; several keys stand newest first")
		}
		a.Keys = append(a.Keys, keys...)
	case "subject":
		a.Subject, err = argument(d, option)
	case "residence":
		a.Residence, err = argument(d, option)
	case "minor":
		a.Minor, err = argument(d, option)
	case "exporter":
		a.Exporter, err = argument(d, option)
	case "mode":
		var mode string
		mode, err = argument(d, option)
		if a.Mode = Mode(mode); err == nil && a.Mode != Enforce && a.Mode != Observe {
			return d.Errf("mode is %s or %s", Enforce, Observe)
		}
	default:
		err = d.Errf("unknown option %q; privacy has policy, descriptors, country, store, key, subject, residence, minor, exporter and mode", option)
	}
	return err
}

func (a *App) parsePolicy(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	if len(args) == 0 {
		return d.Err("policy needs the paths or globs of policy files")
	}
	for _, arg := range args {
		name := besideCaddyfile(d, arg)
		if names, err := expand(name); err != nil || len(names) == 0 {
			return d.Errf("policy: no file matches %s", arg)
		}
		a.Policy = append(a.Policy, name)
	}
	return nil
}

func (a *App) parseCountry(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	switch {
	case len(args) == 3 && args[0] == "network":
		a.Country.Networks = append(a.Country.Networks, Network{Prefix: args[1], Country: args[2]})
		return nil
	case len(args) > 0 && args[0] == "database":
		return d.Err("country database is not built yet; the embedded database and `country network` are")
	default:
		return d.Err("country takes `network PREFIX COUNTRY`")
	}
}

func (a *App) parseStore(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	switch {
	case len(args) == 2 && args[0] == "file":
		a.Store = &Store{File: besideCaddyfile(d, args[1])}
		return nil
	case len(args) > 0 && (args[0] == "sqlite" || args[0] == "postgres"):
		return d.Errf("store %s is not built yet; `store file PATH` reads stored choices from a YAML file", args[0])
	default:
		return d.Err("store takes `file PATH`")
	}
}

// besideCaddyfile makes a path absolute, taken from the folder of the Caddyfile that names it.
func besideCaddyfile(d *caddyfile.Dispenser, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if absolute, err := filepath.Abs(filepath.Join(filepath.Dir(d.File()), path)); err == nil {
		return absolute
	}
	return path
}
