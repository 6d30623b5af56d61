package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/privet-gateway/privet/rules/catalog"
)

// File is one policy file: its name, as positions show it, and its text.
type File struct {
	Name string
	Text []byte
}

// Load makes one policy of files, laid over the built-in catalogue. Without files it is the catalogue alone.
//
// Problems are all that one pass finds, sorted by position. Where they hold errors, the policy is nil. Names in the
// files (`body`, `response`, `expect`) are relative to the file that says them.
func Load(files ...File) (*Policy, Problems) {
	l := &loader{policy: &Policy{unclassified: Action{Kind: Keep}}}
	return l.load(files)
}

// LoadFiles reads the files at the paths and makes one policy of them, as Load does. Patterns such as fields/*.yaml
// are for the caller to expand. A file that cannot be read is a problem at its beginning.
func LoadFiles(paths ...string) (*Policy, Problems) {
	l := &loader{policy: &Policy{unclassified: Action{Kind: Keep}}}
	var files []File
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // the operator names the files
		if err != nil {
			l.wrong(Position{path, 1, 1}, "the file cannot be read: "+reason(err), "name a file that exists and may be read")
			continue
		}
		files = append(files, File{path, text})
	}
	return l.load(files)
}

// load stops where the text cannot be read: what refers to a part that is missing would only mislead.
func (l *loader) load(files []File) (*Policy, Problems) {
	root, readable := l.read(files)
	if readable {
		l.decode(root)
	}
	if !l.failed() {
		l.lint()
		l.finish(files)
	}
	return l.result()
}

// reason is an error of the file system without the path, which the position already names.
func reason(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

// loader collects what is wrong while a tree of nodes becomes a policy.
type loader struct {
	policy   *Policy
	problems Problems
}

func (l *loader) wrong(at Position, what, instead string) {
	l.problems = append(l.problems, Problem{At: at, What: what, Instead: instead})
}

func (l *loader) warn(at Position, what, instead string) {
	l.problems = append(l.problems, Problem{At: at, Severity: Warning, What: what, Instead: instead})
}

func (l *loader) failed() bool {
	for i := range l.problems {
		if l.problems[i].Severity == Error {
			return true
		}
	}
	return false
}

func (l *loader) result() (*Policy, Problems) {
	l.problems.sort()
	if l.failed() {
		return nil, l.problems
	}
	l.policy.warnings = l.problems.Warnings()
	return l.policy, l.problems
}

// builtIn is the catalogue as a tree. It is the same for every policy, and parsing it takes longer than parsing most.
//
//nolint:gochecknoglobals // computed once, never written to
var builtIn = sync.OnceValues(func() (*node, Problems) {
	var m merger
	root := &node{kind: mapNode, builtIn: true}
	for _, file := range catalog.Policy() {
		n, problems := parse(File(file), true)
		m.problems = append(m.problems, problems...)
		root = m.join(root, n, nil)
	}
	return root, m.problems
})

// read parses and merges files over the catalogue. What two files say of one leaf is a problem, and yet readable.
func (l *loader) read(files []File) (root *node, readable bool) {
	base, problems := builtIn()
	l.problems = append(l.problems, problems...)
	var m merger
	for _, file := range files {
		n, problems := parse(file, false)
		l.problems = append(l.problems, problems...)
		if !n.isEmpty() && n.kind != mapNode {
			l.wrong(n.at, "the file is "+n.kind.String(), "begin with a key such as purposes:")
			continue
		}
		root = m.join(root, n, nil)
	}
	readable = !l.failed()
	root = m.refine(base, root, nil)
	l.problems = append(l.problems, m.problems...)
	return root, readable
}

// decode reads the whole tree. What is declared comes before what refers to it.
func (l *loader) decode(root *node) {
	f := l.shaped(root, "policy")
	l.purposes(f.value("purposes"))
	l.transfers(f.value("transfers")) // before recipients, which inherit from it
	l.categories(f.value("categories"))
	l.recipients(f.value("recipients"))
	l.regimes(f.value("regimes"))
	l.cookies(f.value("cookies"))
	l.consent(f.value("consent"))
	l.thirdParties(f.value("third_parties"))
	l.minors(f.value("minors"))
	l.controllers(f.value("controllers"))
	l.fields(f.value("fields"))
	l.identifiers(f.value("identifiers"))
	l.endpoints(f.value("endpoints"))
	l.tests(f.value("tests"))
	l.lists(f.value("lists"))
	l.index()
}

// finish makes what a policy needs at work.
func (l *loader) finish(files []File) {
	p := l.policy
	h := sha256.New()
	add := func(text []byte) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(text)))
		h.Write(size[:])
		h.Write(text)
	}
	for _, file := range catalog.Policy() {
		add(file.Text)
	}
	for _, file := range files {
		add(file.Text)
		sum := sha256.Sum256(file.Text)
		p.sources = append(p.sources, Hashed{file.Name, hex.EncodeToString(sum[:])})
	}
	for i, r := range p.Recipients() {
		r.index = i
	}
	p.marks = compileMarks(p.Recipients())
	p.digest = hexadecimal(h)
	p.decisions = cache[Facts, *Decision](decisionCache)
	p.matches, p.matching = cache[string, *Labels](labelsCache), new(sync.Mutex)
}

func hexadecimal(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func cache[K comparable, V any](size int) *lru.Cache[K, V] {
	c, err := lru.New[K, V](size)
	if err != nil {
		panic("rules: a cache has no size") // the sizes are constants above 0
	}
	return c
}

// beside is a path relative to the policy file that names it.
func beside(at Position, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(at.File), path)
}
