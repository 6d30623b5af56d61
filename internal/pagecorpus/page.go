package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/html/charset"
)

// page is one saved page.
type page struct {
	ID      string `json:"id"`
	Charset string `json:"charset"`
	URL     string `json:"page_url"`

	address *url.URL
	source  []byte
	oracle  oracle
}

// oracle is what the filter lists say of a page, by a browser's parser.
type oracle struct {
	Refs     []reference       `json:"refs"`
	Scripts  []suspect         `json:"inline_scripts"`
	Handlers []json.RawMessage `json:"handlers"` // those with markers
	Text     string            `json:"text_sha256"`
}

// suspect is a script in a page's own text that has to do with trackers.
type suspect struct {
	Index   int        `json:"index"`  // among all scripts of the page
	SHA256  string     `json:"sha256"` // its first 16 digits
	Hosts   []loadsURL `json:"tracker_hosts"`
	Markers []string   `json:"markers"`
}

// suspects are the suspect scripts by their places among those of an extract, where both have the same text.
func (p *page) suspects(x *extract) map[int]suspect {
	out := map[int]suspect{}
	for _, s := range p.oracle.Scripts {
		if s.Index < len(x.scripts) && x.scripts[s.Index].sha256 == s.SHA256 {
			out[s.Index] = s
		}
	}
	return out
}

// loadsURL is a URL of a tracker in the text of a script.
type loadsURL struct {
	URL string `json:"url"`
}

var (
	errCorpus  = errors.New("PRIVET_CORPUS must name the folder of the corpora")
	errNoPages = errors.New("no page is left to judge")
)

// loadPages reads the chosen pages of a corpus.
func loadPages(folder string, o options) ([]*page, error) {
	if folder == "" {
		return nil, errCorpus
	}
	folder = filepath.Join(folder, "pages")
	var index struct {
		Pages []*page `json:"pages"`
	}
	if err := readJSON(filepath.Join(folder, "index.json"), &index); err != nil {
		return nil, err
	}
	var out []*page
	for i, p := range index.Pages {
		if o.half != 0 && i%2 != o.half-1 || !o.only.MatchString(p.ID) {
			continue
		}
		if err := p.load(folder); err != nil {
			return nil, fmt.Errorf("%s: %w", p.ID, err)
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, errNoPages
	}
	return out, nil
}

func (p *page) load(folder string) (err error) {
	if p.address, err = url.Parse(p.URL); err != nil {
		return err
	}
	if err := readJSON(filepath.Join(folder, p.ID+".oracle.json"), &p.oracle); err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(folder, p.ID+".html.gz")) //nolint:gosec // the corpus names its own files
	if err != nil {
		return err
	}
	defer file.Close()
	reader, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	p.source, err = io.ReadAll(reader)
	return err
}

func readJSON(name string, into any) error {
	text, err := os.ReadFile(name) //nolint:gosec // the corpus names its own files
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// text decodes a page from its character set, as a browser does.
func (p *page) text(b []byte) (string, error) {
	reader, err := charset.NewReaderLabel(p.Charset, strings.NewReader(string(b)))
	if err != nil {
		return "", err
	}
	out, err := io.ReadAll(reader)
	return strings.TrimPrefix(string(out), "\ufeff"), err
}

// extract takes a version of the page apart.
func (p *page) extract(b []byte) (*extract, error) {
	text, err := p.text(b)
	if err != nil {
		return nil, err
	}
	return newExtract(text, p.URL)
}
