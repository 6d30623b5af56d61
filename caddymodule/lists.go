package caddymodule

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/privet-gateway/privet/rules"
)

// lists are what the lists of the policy say, and where each stands. Only a reading of the policy, of which there is one
// at a time, writes to it, and report reads it under the lock of health.
type lists struct {
	feeds  *feeds
	texts  map[string]*rules.ListText // of the files in force, by the hash of what was read: a reload reads no text twice
	states []listState                // beside Policy.Lists()
}

// listState is where one list stands.
type listState struct {
	list    rules.List
	report  rules.ListReport
	there   bool
	since   time.Time // a file was written then, or a publisher last said that the text is current
	failure string    // of the latest fetch
}

// readLists gives what the lists of a policy say. A file that cannot be read is a problem; a URL that was never fetched
// has no text.
func (l *lists) readLists(policy *rules.Policy) (texts []*rules.ListText, states []listState, problems rules.Problems) {
	for _, list := range policy.Lists() {
		state := listState{list: list}
		var text *rules.ListText
		if list.File != "" {
			body, written, err := readListFile(list.File)
			if err != nil {
				problems = append(problems, rules.Problem{At: list.At, What: "the list " + list.Name + " cannot be read: " + err.Error(), Instead: "name a file that exists and may be read"})
				continue
			}
			text, state.since = l.read(body), written
		} else if l.feeds != nil {
			text, state.since = l.feeds.last(list)
		}
		if state.there = text != nil; state.there {
			state.report = text.Report()
		}
		texts, states = append(texts, text), append(states, state)
	}
	return texts, states, problems
}

// read reads a text, or finds that it was read.
func (l *lists) read(body []byte) *rules.ListText {
	sum := sha256.Sum256(body)
	if text, known := l.texts[string(sum[:])]; known {
		return text
	}
	text := rules.ReadList(body)
	if l.texts == nil {
		l.texts = map[string]*rules.ListText{}
	}
	l.texts[string(sum[:])] = text
	return text
}

// keep forgets what no list says any more.
func (l *lists) keep(texts []*rules.ListText) {
	used := map[*rules.ListText]bool{}
	for _, text := range texts {
		used[text] = true
	}
	for sum, text := range l.texts {
		if !used[text] {
			delete(l.texts, sum)
		}
	}
}

var errListSize = errors.New("it is larger than 32 MiB")

// readListFile gives a file's text and when it was written.
func readListFile(name string) (body []byte, written time.Time, err error) {
	file, err := os.Open(name) //nolint:gosec // the operator names the lists
	if err != nil {
		return nil, written, withoutPath(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, written, withoutPath(err)
	}
	body, err = io.ReadAll(io.LimitReader(file, rules.MaxListText+1))
	switch {
	case err != nil:
		return nil, written, withoutPath(err)
	case len(body) > rules.MaxListText:
		return nil, written, errListSize
	}
	return body, info.ModTime(), nil
}

func withoutPath(err error) error {
	if outer, ok := errors.AsType[*fs.PathError](err); ok {
		return outer.Err
	}
	return err
}

// addLists gives a policy what its lists say, and makes where they stand visible.
func (a *App) addLists(policy *rules.Policy) (*rules.Policy, error) {
	texts, states, problems := a.lists.readLists(policy)
	if len(problems) > 0 {
		return nil, problems
	}
	policy = policy.WithLists(texts)
	a.lists.keep(texts)
	a.health.mu.Lock()
	a.lists.states = states
	a.health.mu.Unlock()
	a.metrics.setLists(states)
	for i := range states {
		a.logList(&states[i])
	}
	return policy, nil
}

// showLists makes visible what was tried since the latest reading.
func (a *App) showLists() {
	a.health.mu.Lock()
	defer a.health.mu.Unlock()
	for i := range a.lists.states {
		if s := &a.lists.states[i]; s.list.URL != "" {
			s.since, s.failure = a.lists.feeds.stands(s.list)
		}
	}
	a.metrics.setLists(a.lists.states)
}

func (a *App) logList(s *listState) {
	if !s.there {
		a.log.Error("list has never been fetched: whom it alone knows is let through as unknown", zap.String("list", s.list.ID), zap.String("at", s.list.At.String()))
		return
	}
	lost := 0
	for _, u := range s.report.Unsupported {
		lost += u.Rules
	}
	a.log.Info("list in force", zap.String("list", s.list.ID), zap.Int("rules", s.report.Rules), zap.Int("not_acting", lost), zap.Time("of", s.since))
}

// listFiles are the absolute paths of the files that a policy's lists name.
func listFiles(policy *rules.Policy) []string {
	var names []string
	for _, list := range policy.Lists() {
		if list.File == "" {
			continue
		}
		if name, err := filepath.Abs(list.File); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// listHashes are the change markers of the lists that the policy files name. A policy that does not load has none.
func listHashes(patterns []string) map[string]string {
	files, problems := readPolicy(patterns)
	if len(problems) > 0 {
		return nil
	}
	policy, _ := rules.Load(files...)
	if policy == nil {
		return nil
	}
	return streamed(listFiles(policy))
}

// streamed are the change markers of files that are too large to be read whole again and again.
func streamed(names []string) map[string]string {
	out := make(map[string]string, len(names))
	for _, name := range names {
		if sum, err := sumOf(name); err == nil {
			out[name] = sum
		}
	}
	return out
}

func sumOf(name string) (string, error) {
	file, err := os.Open(name) //nolint:gosec // the operator names the lists
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(file, rules.MaxListText+1)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// checkList refuses what is no list, such as the page of an access point or of a server that is being moved.
func checkList(body []byte) error {
	if rules.ReadList(body).Report().Rules == 0 {
		return errNoList
	}
	return nil
}

var errNoList = errors.New("what was fetched holds no rule")

// lintLists warns of rules that do not act, and of lists that a command does not fetch.
func lintLists(states []listState) (problems rules.Problems) {
	for _, s := range states {
		warn := func(what, instead string) {
			problems = append(problems, rules.Problem{At: s.list.At, Severity: rules.Warning, What: what, Instead: instead})
		}
		if !s.there {
			warn("the list "+s.list.Name+" is fetched by the gateway alone; nothing here is judged by it", "name a file to judge by it here, too")
		}
		for _, u := range s.report.Unsupported {
			warn(fmt.Sprintf("%s line %d: rules with %q are not supported and do not act: %d of them", s.list.Name, u.Line, u.Name, u.Rules), "")
		}
	}
	return problems
}
