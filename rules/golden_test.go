package rules

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens under testdata")

// wanted is the file of an archive that holds what must come out; all others are policy files.
const wanted = "want"

// TestGoldenProblems loads the files of each archive and compares all that is said of them, whole and in order.
func TestGoldenProblems(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"testdata/errors/*.txtar", "testdata/warnings/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no archives at %s: %v", pattern, err)
		}
		for _, path := range paths {
			t.Run(filepath.Base(path), func(t *testing.T) {
				t.Parallel()
				golden(t, path)
			})
		}
	}
}

func golden(t *testing.T, path string) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var files []File
	want := -1
	for i, f := range archive.Files {
		if f.Name == wanted {
			want = i
			continue
		}
		files = append(files, File{f.Name, f.Data})
	}
	if want < 0 {
		t.Fatalf("the archive has no file %q", wanted)
	}
	policy, problems := Load(files...)
	if (policy == nil) != (len(problems.Errors()) > 0) {
		t.Errorf("a policy came out: %t, with %s", policy != nil, problems.Summary())
	}
	got := problems.Error() + "\n"
	if *update {
		archive.Files[want].Data = []byte(got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(archive.Files[want].Data), got); diff != "" {
		t.Errorf("problems differ (-want +got):\n%s", diff)
	}
}
