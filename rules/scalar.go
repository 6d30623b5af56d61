package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// text reads a single value as it is written.
func (l *loader) text(n *node, what string) string {
	switch {
	case n == nil:
		return ""
	case n.kind != scalarNode:
		l.wrong(n.at, what+" is "+n.kind.String(), "write a single value")
		return ""
	case strings.TrimSpace(n.text) == "":
		l.wrong(n.at, what+" is empty", "write a value, or leave the key out")
		return ""
	default:
		return n.text
	}
}

// word reads one of the words that a key allows; "" where it is none of them.
func (l *loader) word(n *node, what string, words ...string) string {
	text := l.text(n, what)
	if text == "" || slices.Contains(words, text) {
		return text
	}
	l.wrong(n.at, fmt.Sprintf("%s is no value of %s", quoted(text), what), suggest(text, words, "write one of"))
	return ""
}

// flag reads true or false.
func (l *loader) flag(n *node, what string) bool {
	text := l.text(n, what)
	if text == "" {
		return false
	}
	if !n.plain || text != "true" && text != "false" {
		l.wrong(n.at, fmt.Sprintf("%s is no value of %s", quoted(text), what), "write true or false")
	}
	return n.plain && text == "true"
}

// interval is the whole numbers from its first to its second.
type interval [2]int

// integer reads a whole number.
func (l *loader) integer(n *node, what string, within interval) int {
	text := l.text(n, what)
	if text == "" {
		return 0
	}
	i, err := strconv.Atoi(text)
	if err != nil || !n.plain || i < within[0] || i > within[1] || strconv.Itoa(i) != text {
		l.wrong(n.at, fmt.Sprintf("%s is no value of %s", quoted(text), what),
			fmt.Sprintf("write a whole number from %d to %d", within[0], within[1]))
		return 0
	}
	return i
}

// longestDuration is a hundred years: what is kept longer is kept without end.
const longestDuration = 100 * 365 * 24 * time.Hour

// duration reads a whole number of weeks, days, hours, minutes or seconds.
func (l *loader) duration(n *node, what string) time.Duration {
	text := l.text(n, what)
	if text == "" {
		return 0
	}
	units := map[byte]time.Duration{
		'w': 7 * 24 * time.Hour, 'd': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second,
	}
	last := len(text) - 1
	count, err := strconv.ParseUint(text[:last], 10, 32)
	unit := units[text[last]]
	if err != nil || unit == 0 || count == 0 {
		l.wrong(n.at, fmt.Sprintf("%s is no duration", quoted(text)), "write a whole number and w, d, h, m or s, such as 390d")
		return 0
	}
	if time.Duration(count) > longestDuration/unit {
		l.wrong(n.at, fmt.Sprintf("%s of %s is longer than a hundred years", what, quoted(text)), "write a shorter one")
		return 0
	}
	return time.Duration(count) * unit
}

// date reads a day.
func (l *loader) date(n *node, what string) Date {
	text := l.text(n, what)
	if text == "" {
		return 0
	}
	day, err := ParseDate(text)
	if err != nil {
		l.wrong(n.at, fmt.Sprintf("%s is no date", quoted(text)), "write it as 2006-01-02")
	}
	return day
}

// laws reads areas that have an exporting law: one, or a list of them.
func (l *loader) laws(n *node, what string) Laws {
	if n.isEmpty() {
		if n != nil {
			l.wrong(n.at, what+" is empty", "write EEA, GB or CH, or leave the key out")
		}
		return 0
	}
	items := []*node{n}
	if n.kind != scalarNode {
		items = l.items(n, what)
		if n.kind == listNode && len(items) == 0 {
			l.wrong(n.at, what+" is empty", "write EEA, GB or CH, or leave the key out")
		}
	}
	var laws Laws
	for _, item := range items {
		laws |= LawOf(l.word(item, what, lawNames[:]...))
	}
	return laws
}

// id checks the id under which something is declared.
func (l *loader) id(key *node, what string) bool {
	for i, r := range key.text {
		letter := 'a' <= r && r <= 'z'
		if !letter && (i == 0 || r != '_' && r != '-' && (r < '0' || r > '9')) {
			l.wrong(key.at, fmt.Sprintf("%s is no id of a %s", quoted(key.text), what),
				"begin with a letter, and use a-z, 0-9, _ and -")
			return false
		}
	}
	if key.text == "" {
		l.wrong(key.at, "the id of a "+what+" is empty", "begin with a letter, and use a-z, 0-9, _ and -")
	}
	return key.text != ""
}

// maxSuggestions bounds the work that a file of nothing but mistakes makes.
const maxSuggestions = 200

// declared reads the id of something that the policy or the catalogue declares; "" where nothing has it.
func declared[T any](l *loader, n *node, what string, known map[string]*T) string {
	id := l.text(n, "the "+what)
	if id == "" {
		return ""
	}
	if _, ok := known[id]; ok {
		return id
	}
	ids := make([]string, 0, len(known))
	for k := range known {
		ids = append(ids, k)
	}
	slices.Sort(ids)
	section := map[string]string{"purpose": "purposes", "category": "categories", "recipient": "recipients"}[what]
	instead := "declare it under " + section
	if near, ok := nearest(id, ids); ok && len(l.problems) < maxSuggestions {
		instead = "did you mean " + near + "?"
	}
	l.wrong(n.at, fmt.Sprintf("%s %s is not declared", what, quoted(id)), instead)
	return ""
}
