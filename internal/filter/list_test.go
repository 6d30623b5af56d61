package filter

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/privet-gateway/privet/rules"
)

// listed is a decision about a visitor to www.shop.example under a policy with lists, with its plan.
func listed(tb testing.TB, text string, lists ...string) visitor {
	tb.Helper()
	return newVisitorOf(tb, text, func(p *rules.Policy) *rules.Policy {
		texts := make([]*rules.ListText, len(lists))
		for i := range lists {
			texts[i] = rules.ReadList([]byte(lists[i]))
		}
		return p.WithLists(texts)
	})
}

// publicLists are EasyPrivacy and EasyList.
func publicLists(tb testing.TB) visitor {
	tb.Helper()
	folder := os.Getenv("PRIVET_CORPUS")
	if folder == "" {
		tb.Skip("PRIVET_CORPUS names no folder with lists")
	}
	var texts []string
	for _, name := range []string{"easyprivacy.txt", "easylist.txt"} {
		text, err := os.ReadFile(filepath.Join(folder, "lists", name))
		if err != nil {
			tb.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	const policy = "purposes: {service: {basis: contract, default: true}}\n" +
		"lists: [{file: easyprivacy.txt, purpose: analytics}, {file: easylist.txt, purpose: advertising}]"
	return listed(tb, policy, texts...)
}
