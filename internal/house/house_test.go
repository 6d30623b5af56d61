package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/privet-gateway/privet/"

// may lists what the non-test files of each package may import of this module. A package that is not listed fails.
var may = map[string][]string{
	"rules/catalog":      {},
	"internal/jsonpath":  {},
	"internal/blocklist": {},
	"internal/coding":    {},
	"internal/protobuf":  {"internal/jsonpath"},
	"internal/grpc":      {"internal/coding"},
	"internal/markup":    {},
	"internal/guard":     {"internal/blocklist", "internal/coding"},
	"internal/view":      {"internal/jsonpath"},
	"internal/graphql":   {"internal/jsonpath"},
	"internal/websocket": {},
	"internal/jar":       {},
	"internal/csp":       {},
	"internal/house":     {},
	"rules":              {"rules/catalog", "internal/jsonpath", "internal/blocklist"},
	"internal/place":     {"rules/catalog"},
	"internal/signals":   {"rules"},
	"internal/consent":   {"rules", "internal/jar"},
	"internal/ledger":    {"rules"},
	"internal/filter": {
		"rules", "internal/coding", "internal/csp", "internal/grpc", "internal/jar", "internal/jsonpath", "internal/markup", "internal/protobuf",
		"internal/view",
	},
	"internal/policytest":      {"rules", "rules/catalog", "internal/filter"},
	"internal/bench":           {"internal/bench/documents"},
	"internal/bench/documents": {},
	"internal/bench/compare":   {"internal/bench/documents", "internal/filter", "rules"},
	"internal/pagecorpus":      {"rules"},
	"internal/subscription":    {},
	"internal/recall":          {},
	"internal/chromium":        {},
	"caddymodule": {
		"rules", "rules/catalog", "internal/place", "internal/signals", "internal/consent", "internal/ledger", "internal/filter", "internal/guard",
		"internal/coding", "internal/csp", "internal/grpc", "internal/policytest", "internal/protobuf", "internal/websocket", "internal/graphql",
		"internal/jsonpath", "internal/jar", "internal/subscription", "internal/recall",
	},
	".":          {"caddymodule"},
	"cmd/privet": {"."},
}

// caddy is who may know Caddy.
var caddy = map[string]bool{"caddymodule": true, ".": true, "cmd/privet": true}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		seen[filepath.ToSlash(dir)] = true
		check(t, filepath.ToSlash(dir), path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !seen["rules"] || !seen["caddymodule"] {
		t.Fatal("the walk found no packages, so it checked nothing")
	}
}

func check(t *testing.T, dir, path string) {
	t.Helper()
	allowed, listed := may[dir]
	if !listed {
		t.Errorf("package %s has no place in the house", dir)
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(imported, "github.com/caddyserver/") && !caddy[dir] {
			t.Errorf("%s imports Caddy", path)
		}
		if dir == "rules" && imported == "net/http" {
			t.Errorf("%s imports net/http; the policy has never heard of it", path)
		}
		own, ok := strings.CutPrefix(imported+"/", module)
		if !ok {
			continue
		}
		own = strings.TrimSuffix(own, "/")
		if own == "" {
			own = "."
		}
		if !contains(allowed, own) {
			t.Errorf("%s imports %s, which is not on its way", path, own)
		}
	}
}

func contains(list []string, word string) bool {
	return slices.Contains(list, word)
}
