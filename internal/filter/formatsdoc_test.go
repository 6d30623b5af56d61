package filter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/privet-gateway/privet/internal/grpc"
	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/internal/view"
	"github.com/privet-gateway/privet/rules"
)

// rowsUnder reads the table of a page whose first two columns have these names.
func rowsUnder(t *testing.T, first, second string) (rows [][]string) {
	t.Helper()
	page, err := os.ReadFile(formatsPage)
	if err != nil {
		t.Fatal(err)
	}
	within := false
	for line := range strings.Lines(string(page)) {
		row, ok := cellsOf(strings.TrimSpace(line))
		switch {
		case !ok:
			within = false
		case row[0] == first && row[1] == second:
			within = true
		case within && !strings.HasPrefix(row[0], "---"):
			rows = append(rows, row)
		}
	}
	if len(rows) < 10 {
		t.Fatalf("the page has %d rows of %s and %s; the test does not read them all", len(rows), first, second)
	}
	return rows
}

// mediaOf is how a body of a type is read where fields are labelled.
func mediaOf(contentType string) Media {
	media := MediaOf([]string{contentType})
	if media == Script {
		return Padding
	}
	if _, _, called := grpc.ProtocolOf(contentType); called {
		return Messages
	}
	return media
}

// bodyOf is a body as the page writes it.
func bodyOf(cell string, media Media) string {
	end := "\n"
	if media == Multipart {
		end = "\r\n"
	}
	return strings.NewReplacer("↵", end, "⇥", "\t", "␞", "\x1e").Replace(cell)
}

func TestDocumentedViews(t *testing.T) {
	t.Parallel()
	for _, row := range rowsUnder(t, "Type", "Body") {
		if len(row) != 5 {
			continue
		}
		contentType, path := row[0], row[3]
		media := mediaOf(contentType)
		body, want := bodyOf(row[1], media), bodyOf(row[4], media)
		x := newMatrixExchange(t, "{mask: {keep_last: 2}}", path, testTokens(t))
		f := wrapped{contentType: contentType, wrap: around("", ""), responses: media == Padding || media == Markup, block: media == Markup}
		if got := f.filtered(t, x, body); got.out != want {
			t.Errorf("%s: %q becomes %q, and the page says %q", contentType, body, got.out, want)
		}
		if media == Markup {
			body = body[strings.IndexByte(body, '{') : strings.IndexByte(body, '}')+1]
			media = JSON
		}
		if got := viewOf(t, media, contentType, body); !sameDocuments(t, got, row[2]) {
			t.Errorf("%s: %q is seen as %s, and the page says %s", contentType, body, got, row[2])
		}
	}
}

// viewOf is what a visitor of the whole of each document is told.
func viewOf(t *testing.T, media Media, contentType, body string) string {
	t.Helper()
	root, err := jsonpath.Parse("$")
	if err != nil {
		t.Fatal(err)
	}
	all := &listener{}
	job := view.Job{Set: jsonpath.Compile([]jsonpath.Path{root}), Visitor: all}
	var f view.Filter
	switch media {
	case JSON:
		f = view.NewGuarded(jsonpath.NewEditor(job.Set, all, job.Limits))
	case Events:
		f = view.NewEvents(job)
	case Padding:
		f = view.NewPadded(job, nil)
	default:
		f = readerOf(job, media, contentType)
	}
	if _, err := f.Feed([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all.heard, " ")
}

// listener hears whole documents.
type listener struct{ heard []string }

func (*listener) Visit(jsonpath.Place) jsonpath.Verdict { return jsonpath.Verdict{Do: jsonpath.Hold} }
func (*listener) Leave(jsonpath.Place)                  {}
func (l *listener) Held(_ jsonpath.Place, value []byte) jsonpath.Verdict {
	l.heard = append(l.heard, string(value))
	return jsonpath.Verdict{Do: jsonpath.Descend}
}

// sameDocuments compares the tokens of documents, so that repeated members count and white space does not.
func sameDocuments(t *testing.T, a, b string) bool {
	t.Helper()
	tokens := func(text string) (all []json.Token) {
		for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
			token, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, token)
		}
		return all
	}
	return reflect.DeepEqual(tokens(a), tokens(b))
}

func TestDocumentedRefusals(t *testing.T) {
	t.Parallel()
	x := newMatrixExchange(t, "remove", "$..x", testTokens(t))
	for _, row := range rowsUnder(t, "Type", "Body") {
		if len(row) != 4 {
			continue
		}
		media := mediaOf(row[0])
		for dir, status := range map[rules.Direction]string{rules.Request: row[2], rules.Response: "502"} {
			for _, chunks := range splits(bodyOf(row[1], media), 1) {
				got := x.filterAs(t, BodySpec{Direction: dir, Media: media, Type: row[0]}, chunks...)
				if got.refusal == nil || got.refusal.Code != row[3] || fmt.Sprint(got.refusal.Status) != status {
					t.Errorf("%s of %s, %q: %v, and the page says %s %s", dir, row[0], row[1], got.refusal, status, row[3])
				}
			}
		}
	}
}

// TestEveryFormatHasARow holds the page's first table to what there is.
func TestEveryFormatHasARow(t *testing.T) {
	t.Parallel()
	shown := map[Media]bool{}
	for _, row := range rowsUnder(t, "Format", "Type") {
		shown[mediaOf(row[1])] = true
	}
	for media := range Media(255) {
		if media.Reads() && !shown[media] {
			t.Errorf("bodies of medium %d are read, and no type in the first table of the page is of it", media)
		}
	}
}

// TestDocumentedTests finds each test that the page leads to.
func TestDocumentedTests(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(formatsPage)
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\]\((\.\./[^)#]+)#([^)]+)\)`).FindAllStringSubmatch(string(page), -1)
	if len(links) < 50 {
		t.Fatalf("the page has %d links; the test does not read them all", len(links))
	}
	for _, link := range links {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(formatsPage), link[1]))
		if err != nil {
			t.Errorf("%s: %v", link[0], err)
			continue
		}
		test, sub, hasSub := strings.Cut(link[2], "/")
		if !strings.Contains(string(text), "func "+test+"(t *testing.T)") {
			t.Errorf("%s has no test %s", link[1], test)
		}
		if hasSub && !strings.Contains(string(text), fmt.Sprintf("%q", sub)) {
			t.Errorf("%s has no case %q", link[1], sub)
		}
	}
}
