package blocklist

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// corpus is the folder of real data, without which a test has nothing to say.
func corpus(tb testing.TB) string {
	tb.Helper()
	folder := os.Getenv("PRIVET_CORPUS")
	if folder == "" {
		tb.Skip("PRIVET_CORPUS names no folder")
	}
	return folder
}

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// reference is one that a page of the corpus makes, with what an engine of others says of it.
type reference struct {
	URL       string `json:"url"`
	Kind      string `json:"kind"`
	Type      string `json:"type"`
	Tracker   bool   `json:"tracker"`
	Third     bool   `json:"third_party"`
	Category  string `json:"category"`
	Rule      string `json:"rule"`
	Exception string `json:"exception"`
	page      string
}

func references(tb testing.TB) (all []reference) {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(corpus(tb), "pages", "*.oracle.json"))
	if err != nil || len(names) == 0 {
		tb.Fatal("no pages in the corpus", err)
	}
	for _, name := range names {
		var page struct {
			URL  string `json:"page_url"`
			Refs []reference
		}
		if err := json.Unmarshal(readFile(tb, name), &page); err != nil {
			tb.Fatal(err)
		}
		parsed, err := url.Parse(page.URL)
		if err != nil {
			tb.Fatal(err)
		}
		for _, r := range page.Refs {
			r.page = parsed.Hostname()
			all = append(all, r)
		}
	}
	return all
}

// request makes a request of a serialized URL.
func request(address, page string, t Type) Request {
	start := strings.Index(address, "://") + 3
	end := start + strings.IndexAny(address[start:]+"/", "/?#")
	host := address[start:end]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		start, host = start+at+1, host[at+1:]
	}
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && !strings.HasSuffix(host, "]") {
		end, host = start+colon, host[:colon]
	}
	return Request{URL: []byte(address), Host: start, HostEnd: end, Page: page, Type: t, ThirdParty: ThirdParty(host, page)}
}

// oracleType knows the types as the corpus names them.
func oracleType(tb testing.TB, name string) Type {
	tb.Helper()
	t, ok := typeOf(name)
	if !ok {
		tb.Fatalf("type %q", name)
	}
	return t
}

func parseFile(tb testing.TB, name string) (*List, Report) {
	tb.Helper()
	return ParseList(readFile(tb, filepath.Join(corpus(tb), "lists", name)))
}

// judge asks the lists against tracking, then those against advertisements, as the corpus was made.
type judge struct {
	engines [2]*Engine
	lines   [2][][]string
}

func newJudge(tb testing.TB) *judge {
	tb.Helper()
	j := &judge{}
	for i, names := range [][]string{{"easyprivacy.txt", "ubo-privacy.min.txt"}, {"easylist.txt"}} {
		var lists []*List
		for _, name := range names {
			l, _ := parseFile(tb, name)
			lists = append(lists, l)
			j.lines[i] = append(j.lines[i], strings.Split(string(readFile(tb, filepath.Join(corpus(tb), "lists", name))), "\n"))
		}
		j.engines[i] = NewLists(lists)
	}
	return j
}

// ask gives the category, and the rule that decided.
func (j *judge) ask(r Request) (category, rule string) {
	for i, e := range j.engines {
		v := e.Match(r)
		if v.Line > 0 {
			rule = strings.TrimSpace(j.lines[i][v.List][v.Line-1])
		}
		if v.Blocked {
			return []string{"tracking", "ads"}[i], rule
		}
	}
	return "", rule
}

// askReference asks of a reference; a hint names a host alone, hence it is asked for all that may be fetched there.
func (j *judge) askReference(tb testing.TB, r *reference) (category, rule string) {
	tb.Helper()
	if r.Kind != "hint" && r.Type != "main_frame" {
		return j.ask(request(r.URL, r.page, oracleType(tb, r.Type)))
	}
	parsed, err := url.Parse(r.URL)
	if err != nil || r.Kind == "hint" && !r.Third {
		return "", ""
	}
	for _, t := range []Type{Script, Image, XHR, Subdocument} {
		if category, rule = j.ask(request("https://"+parsed.Hostname()+"/", r.page, t)); category != "" {
			break
		}
	}
	return category, rule
}

// TestOracle compares verdicts with those of the corpus.
func TestOracle(t *testing.T) {
	t.Parallel()
	j := newJudge(t)
	var same, sameRule, trackers int
	unexplained := map[string]int{}
	for _, r := range references(t) {
		category, rule := j.askReference(t, &r)
		if category == "" && r.Exception == "" {
			rule = "" // an exception of one engine whose rule the corpus does not tell
		}
		if r.Tracker {
			trackers++
		}
		switch {
		case category != r.Category, r.Exception != "" && rule != r.Exception:
			by := r.Rule + r.Exception
			unexplained["oracle "+r.Category+" by "+by+"; here "+category+" by "+rule+" | "+r.Kind+" "+r.Type+" "+r.URL[:min(len(r.URL), 150)]+" on "+r.page]++
		default:
			same++
			if rule == r.Rule {
				sameRule++
			}
		}
	}
	t.Logf("%d references as the oracle says, %d trackers; of the former %d by the same rule or none", same, trackers, sameRule)
	keys := make([]string, 0, len(unexplained))
	for k := range unexplained {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		t.Errorf("%d times: %s", unexplained[k], k)
	}
}

// TestLists says what of real lists does not act.
func TestLists(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{
		"easyprivacy.txt": 54000, "ubo-privacy.min.txt": 600, "easylist.txt": 52000, "adguard-url-tracking.txt": 2400, "adguard-cookie-notices.txt": 2600,
	} {
		_, report := parseFile(t, name)
		t.Logf("%s: %+v", name, report)
		if n := report.Block + report.Exception + report.RemoveParam + report.Badfilter; n < least {
			t.Errorf("%s: %d rules", name, n)
		}
	}
}

// TestMemory holds EasyPrivacy to 10 MiB, and a match to none.
func TestMemory(t *testing.T) { //nolint:paralleltest // it measures the heap
	skipUnderRace(t)
	text := readFile(t, filepath.Join(corpus(t), "lists", "easyprivacy.txt"))
	requests := requestsOf(t, references(t))
	heap := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := heap()
	l, _ := ParseList(text)
	e := NewLists([]*List{l})
	after := heap()
	used := float64(after-before) / (1 << 20)
	t.Logf("%.2f MiB for %d rules", used, len(l.rules))
	if used > 10 {
		t.Error("more than 10 MiB")
	}
	all := func() {
		for _, r := range requests {
			e.Match(r)
		}
	}
	all() // expressions compile
	if n := testing.AllocsPerRun(3, all); n > float64(len(requests))/1000 {
		t.Errorf("%v allocations for %d requests", n, len(requests))
	}
	runtime.KeepAlive(text)
}

func requestsOf(tb testing.TB, all []reference) []Request {
	tb.Helper()
	requests := make([]Request, 0, len(all))
	for _, r := range all {
		requests = append(requests, request(r.URL, r.page, oracleType(tb, r.Type)))
	}
	return requests
}

// BenchmarkMatch asks EasyPrivacy of all references. What counts on a busy machine is the CPU's time.
func BenchmarkMatch(b *testing.B) {
	l, _ := parseFile(b, "easyprivacy.txt")
	e := NewLists([]*List{l})
	requests := requestsOf(b, references(b))
	b.ReportAllocs()
	before := cpuTime(b)
	i := 0
	for b.Loop() {
		e.Match(requests[i])
		if i++; i == len(requests) {
			i = 0
		}
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
}

func cpuTime(tb testing.TB) int64 {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

// skipUnderRace leaves out what counts allocations: pools lose things at random under the race detector.
func skipUnderRace(t *testing.T) {
	t.Helper()
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("pools lose things at random under the race detector")
	}
}
