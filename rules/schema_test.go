package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

func resolvedSchema(t *testing.T) (*jsonschema.Schema, *jsonschema.Resolved) {
	t.Helper()
	var s jsonschema.Schema
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &s, resolved
}

// instance is a policy file as an editor sees it.
func instance(t *testing.T, file File) any {
	t.Helper()
	root, problems := parse(file, false)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var out any
	if err := json.Unmarshal([]byte(root.json()), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSchemaKnowsTheKeysOfTheLoader(t *testing.T) {
	t.Parallel()
	s, _ := resolvedSchema(t)
	for name, keys := range shapes {
		def := s.Defs[name]
		if name == "action" {
			def = def.OneOf[1]
		}
		if def == nil {
			t.Errorf("the schema has no definition %q", name)
			continue
		}
		want := slices.Sorted(slices.Values(keys))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(def.Properties))); diff != "" {
			t.Errorf("%s: keys differ (-loader +schema):\n%s", name, diff)
		}
		if def.AdditionalProperties == nil {
			t.Errorf("%s: the schema allows keys that the loader refuses", name)
		}
	}
	for name, def := range s.Defs {
		if _, known := shapes[name]; !known && len(def.Properties) > 0 {
			t.Errorf("the loader does not know the shape %q", name)
		}
	}
}

func TestSchemaAcceptsWhatLoads(t *testing.T) {
	t.Parallel()
	_, schema := resolvedSchema(t)
	for _, file := range append(builtInFiles(), readFile(t, "testdata/policies/full.yaml"), File{Name: "empty.yaml", Text: []byte("purposes:\nfields:\n")}) {
		if err := schema.Validate(instance(t, file)); err != nil {
			t.Errorf("%s: %v", file.Name, err)
		}
	}
}

// Each line is refused by the schema and by the loader alike.
func TestSchemaRejectsWhatDoesNotLoad(t *testing.T) {
	t.Parallel()
	_, schema := resolvedSchema(t)
	for _, text := range []string{
		"purpose: {}",
		"purposes: []",
		"purposes: {Upper: {basis: consent}}",
		"purposes: {a: {basis: whim}}",
		"purposes: {a: {basis: consent, colour: red}}",
		"purposes: {a: {basis: consent, retention: 13mo}}",
		"purposes: {a: {basis: consent, tcf: [12]}}",
		"purposes: {a: {basis: consent, gpc: \"yes\"}}",
		"purposes: {a: {basis: public_task, objection: overridable}}",
		"purposes: {a: {basis: public_task, reason: because}}",
		"categories: {a: {otherwise: blur}}",
		"categories: {a: {otherwise: replace}}",
		"categories: {a: {otherwise: {remove: true}}}",
		"categories: {a: {otherwise: {coarsen: 1mile}}}",
		"categories: {a: {otherwise: {coarsen: {digits: 99}}}}",
		"categories: {a: {otherwise: {mask: {keep_last: -1}}}}",
		"categories: {a: {otherwise: {generalize: year, replace: x}}}",
		"categories: {a: {otherwise: {mask: {type: drop}}}}",
		"categories: {a: {otherwise: {pseudonymize: keep}}}",
		"categories: {a: {otherwise: {empty: {}}}}",
		"categories: {a: {otherwise: {nullify: {type: keep}}}}",
		"categories: {a: {purposes: analytics}}",
		"categories: {a: {regime: opt_out}}",
		"recipients: {a: {country: Ireland}}",
		"recipients: {a: {country: IE, role: friend}}",
		"recipients: {a: {country: US, safeguards: [privacy_shield]}}",
		"recipients: {a: {country: US, safeguards: [{scc: whichever}]}}",
		"recipients: {a: {country: US, safeguards: [{bcr: controller, scc: controller_to_controller}]}}",
		"recipients: {a: {country: US, safeguards: [{covers: [EEA]}]}}",
		"recipients: {a: {country: US, safeguards: [{code: x, covers: [US]}]}}",
		"recipients: {a: {country: US, safeguards: [{code: x, signed: May}]}}",
		"recipients: {a: {country: US, embed: {paths: [/x]}}}",
		"recipients: {google_analytics: {refused: ask}}",
		"regimes: {default: sometimes}",
		"regimes: {Germany: opt_in}",
		"cookies: {unclassified: ask}",
		"consent: {sources: [tcf]}",
		"consent: {prompt: true}",
		"transfers: {undeclared: drop}",
		"third_parties: closed",
		"minors: {data: some}",
		"controllers: [{contact: x}]",
		"lists: [easyprivacy.txt]",
		"lists: [{file: a.txt}]",
		"lists: [{purpose: analytics}]",
		"lists: [{file: a.txt, url: \"https://lists.example/a.txt\", purpose: analytics}]",
		"lists: [{url: \"ftp://lists.example/a.txt\", purpose: analytics}]",
		"lists: [{file: a.txt, purpose: analytics, refresh: 1d}]",
		"lists: [{url: \"https://lists.example/a.txt\", purpose: analytics, refresh: daily}]",
		"fields: {phone: email}",
		"endpoints: {v1: {}}",
		"endpoints: {GET /x: {allow: []}}",
		"endpoints: {GET /x: {each: {subject: $.id}}}",
		"endpoints: {GET /x: {bodies: {$.a: email}}}",
		"tests: [{name: x, request: GET /x, expect: b}]",
		"tests: [{name: x, request: GET /x, expect: b, body: a, response: a}]",
		"tests: [{name: x, request: GET /x, expect: b, body: a, given: {mood: good}}]",
	} {
		file := File{"p.yaml", []byte(text)}
		if schema.Validate(instance(t, file)) == nil {
			t.Errorf("the schema accepts %s", text)
		}
		if p, problems := Load(file); p != nil || len(problems.Errors()) == 0 {
			t.Errorf("%s loads", text)
		}
	}
}
