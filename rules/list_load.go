package rules

import (
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

func (l *loader) lists(n *node) {
	taken := map[string]bool{}
	for id := range l.policy.recipients {
		taken[id] = true
	}
	for _, item := range l.items(n, `"lists"`) {
		if list, ok := l.list(item); ok {
			list.ID = free(shortName(list.Name), taken)
			l.policy.lists = append(l.policy.lists, list)
		}
	}
}

func (l *loader) list(n *node) (list List, ok bool) {
	before := len(l.problems)
	f := l.shaped(n, "list")
	list.At = n.at
	l.missing(f, "purpose", Problem{At: n.at, What: "a list has no purpose", Instead: "write purpose: and what the parties that it names are contacted for"})
	if purpose := f.value("purpose"); purpose != nil {
		list.Purpose = declared(l, purpose, "purpose", l.policy.purposes)
	}
	file, address := f.value("file"), f.value("url")
	switch {
	case f.unread:
	case file != nil && address != nil:
		l.wrong(f.keyAt("url"), "a list has a file and a url", "keep one of the two")
	case file != nil:
		if name := l.text(file, "file"); name != "" {
			list.File, list.Name = beside(file.at, name), filepath.Base(name)
		}
		if refresh := f.value("refresh"); refresh != nil {
			l.wrong(f.keyAt("refresh"), "refresh is for a list with a url", "leave refresh out; a file is read again when it changes")
		}
	case address != nil:
		l.listURL(&list, address)
		l.refresh(&list, f.value("refresh"))
	default:
		l.wrong(n.at, "a list has neither a file nor a url", "write file: and its path, or url: and its address")
	}
	return list, len(l.problems) == before
}

func (l *loader) listURL(list *List, n *node) {
	text := l.text(n, "url")
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		l.wrong(n.at, "the url of a list is no https URL without a user", "write https:// and where the list is; http is for loopback addresses")
		return
	}
	list.URL, list.Name = u.String(), path.Base(u.Path)
	if list.Name == "." || list.Name == "/" {
		list.Name = u.Hostname()
	}
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (l *loader) refresh(list *List, n *node) {
	list.Refresh = DefaultRefresh
	if n == nil {
		return
	}
	list.Refresh = l.duration(n, "refresh")
	if list.Refresh != 0 && (list.Refresh < MinRefresh || list.Refresh > MaxRefresh) {
		l.wrong(n.at, fmt.Sprintf("refresh of %s is not from an hour to thirty days", quoted(n.text)), "write 1h to 30d, or leave it out for 4d")
	}
}

// shortName is what metrics and pages call a list: its name without the extension, of bytes that need no quoting
// anywhere.
func shortName(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
	safe := []byte(name[:min(len(name), 40)])
	for i, c := range safe {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			safe[i] = '-'
		}
	}
	if name = strings.Trim(string(safe), "-"); name == "" {
		return "list"
	}
	return name
}

// free is a name that nobody has yet.
func free(name string, taken map[string]bool) string {
	out := name
	for i := 2; taken[out]; i++ {
		out = name + "-" + strconv.Itoa(i)
	}
	taken[out] = true
	return out
}
