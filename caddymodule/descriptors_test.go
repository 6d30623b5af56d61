package caddymodule

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// descriptorSet is a set of one file, with a service of this name that echoes.
func descriptorSet(t *testing.T, service string) string {
	t.Helper()
	raw, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{{
		Name: new(service + ".proto"), Package: new("test"), Syntax: new("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{Name: new(service + "Message")}},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: &service, Method: []*descriptorpb.MethodDescriptorProto{{
			Name: new("Echo"), InputType: new(".test." + service + "Message"), OutputType: new(".test." + service + "Message"),
		}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAdaptedDescriptors(t *testing.T) {
	dir := t.TempDir()
	for name, service := range map[string]string{"a.pb": "A", "b1.binpb": "B", "b2.binpb": "C"} {
		rewrite(t, filepath.Join(dir, name), descriptorSet(t, service))
	}
	text := "{\nprivacy {\ndescriptors a.pb *.binpb\ndescriptors " + filepath.Join(dir, "a.pb") + "\n}\n}\n"
	out, err := adapting(dir, text)
	if err != nil {
		t.Fatal(err)
	}
	var config struct{ Apps struct{ Privacy App } }
	if err := json.Unmarshal([]byte(out), &config); err != nil {
		t.Fatal(err)
	}
	app := &config.Apps.Privacy
	a, b := filepath.Join(dir, "a.pb"), filepath.Join(dir, "*.binpb")
	if len(app.Descriptors) != 3 || app.Descriptors[0] != a || app.Descriptors[1] != b || app.Descriptors[2] != a {
		t.Errorf("the paths are %q", app.Descriptors)
	}
	if len(app.DescriptorHashes) != 3 || len(app.DescriptorHashes[a]) != 64 {
		t.Errorf("the hashes are %q", app.DescriptorHashes)
	}
	schema, err := readDescriptors(app.Descriptors)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/test.A/Echo", "/test.B/Echo", "/test.C/Echo"} {
		if _, _, ok := schema.Method(path); !ok {
			t.Errorf("the schema lacks %s", path)
		}
	}
	rewrite(t, a, descriptorSet(t, "D"))
	if again, err := adapting(dir, text); err != nil || again == out {
		t.Errorf("an edited set adapts to the same JSON (%v)", err)
	}
}

func TestReadDescriptors(t *testing.T) {
	t.Parallel()
	if schema, err := readDescriptors(nil); schema != nil || err != nil {
		t.Errorf("no files give %v, %v", schema, err)
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "a.proto")
	rewrite(t, text, `syntax = "proto3";`)
	for pattern, want := range map[string]string{
		filepath.Join(dir, "*.pb"):    "no file matches",
		filepath.Join(dir, "none.pb"): "reading a descriptor set",
		text:                          "a.proto\"]: descriptor set 1: not a google.protobuf.FileDescriptorSet",
	} {
		if _, err := readDescriptors([]string{pattern}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %s", filepath.Base(pattern), err, want)
		}
	}
}

// A set that is edited takes effect; a broken one leaves the old one, and says so.
func TestEditedDescriptors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "set.pb")
	rewrite(t, file, descriptorSet(t, "Old"))
	compose(t, boundaries, "descriptors "+file, "privacy\nreverse_proxy UPSTREAM")
	app := running(t)
	serves := func(service string) bool {
		_, _, ok := app.engine.Load().schema.Method("/test." + service + "/Echo")
		return ok
	}
	policy := app.engine.Load().policy
	if !serves("Old") || !app.report().Healthy {
		t.Fatalf("before the edit: %+v", app.report())
	}
	rewrite(t, file, "")
	becomes(t, "the emptied set is refused", func() bool { return !app.report().Healthy })
	if h := app.report(); !serves("Old") || !strings.Contains(h.Failure, "descriptor set 1") {
		t.Errorf("health: %+v", h)
	}
	rewrite(t, file, descriptorSet(t, "New"))
	becomes(t, "the edited set is taken up", func() bool { return serves("New") && app.report().Healthy })
	if serves("Old") || app.engine.Load().policy != policy {
		t.Error("the old set is still there, or the policy is another")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	becomes(t, "a set that is gone is refused", func() bool { return !app.report().Healthy })
	if !serves("New") {
		t.Error("a set that is gone took the schema with it")
	}
}
