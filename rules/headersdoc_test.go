package rules

import (
	"os"
	"strings"
	"testing"
)

// The policies that the page on headers shows load without a problem.
func TestHeadersPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/headers.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("the page shows no policy")
	}
	for _, block := range blocks {
		policy, _, _ := strings.Cut(block, "```")
		if _, problems := Load(File{"headers.md", []byte(policy)}); len(problems.Errors()) > 0 {
			t.Errorf("%s\n%v", policy, problems)
		}
	}
}
