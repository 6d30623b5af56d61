package filter

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
)

func TestTruncateIP(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"192.0.2.7", "192.0.2.0"},
		{"192.0.2.7:443", "192.0.2.0"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1::"},
		{"[2001:db8:1:2::1]:443", "2001:db8:1::"},
		{"[2001:db8:1:2::1]", "2001:db8:1::"},
		{"::ffff:192.0.2.7", "192.0.2.0"},
		{"[::ffff:192.0.2.7]:1", "192.0.2.0"},
		{"fe80::1:2%eth0", "fe80::"},
		{"fe80::1:2%192.0.2.7", "fe80::"},
		{"2002:c000:0207::1", "2002:c000:200::"},
		{"::1", "::"},
		{"0.0.0.0", "0.0.0.0"},
		{"[192.0.2.7]", ""},
		{"192.0.2.7/32", "192.0.2.0/24"},
		{"192.0.2.7/16", "192.0.0.0/16"},
		{"2001:db8:1:2::/64", "2001:db8:1::/48"},
		{"2001:db8::1/32", "2001:db8::/32"},
		{"2002:c000:0207::/64", "2002:c000:200::/40"},
		{"::ffff:192.0.2.7/120", ""},
		{"192.0.2.7/33", ""},
		{"192.0.2.7/", ""},
		{"192.0.2.7, 192.0.2.8", "192.0.2.0, 192.0.2.0"},
		{"192.0.2.7,[2001:db8:1:2::1]:443\t, unknown", "192.0.2.0, 2001:db8:1::, unknown"},
		{"192.0.2.7,, 198.51.100.9:80,", "192.0.2.0, 198.51.100.0"},
		{"192.0.2.7, host", ""},
		{"unknown", ""},
		{"1:2:3:4:5:6:7:8", "1:2:3::"},
		{"1:2:3:4:5:6:192.0.2.7", "1:2:3::"},
		{"[fe80::1%25eth0]:1", "fe80::"},
		{",", ""},
		// What embeds an IPv4 address: NAT64 (RFC 6052, 8215), Teredo (RFC 4380), ISATAP (RFC 5214), compatible, translated.
		{"64:ff9b::192.0.2.7", "64:ff9b::"},
		{"64:ff9b:1:c000:2:700::", "64:ff9b:1::"},
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:4136::"},
		{"2001:db8:1:2:0:5efe:192.0.2.7", "2001:db8:1::"},
		{"fe80::5efe:c000:207", "fe80::"},
		{"::192.0.2.7", "::"},
		{"::ffff:0:192.0.2.7", "::"},
		{"2001:db8:c000:207::", "2001:db8:c000::"},
		{"192.0.2.07", ""},
		{" 192.0.2.7", ""},
		{"192.0.2", ""},
		{"[]", ""},
		{"", ""},
		{"localhost:80", ""},
	}
	for _, test := range tests {
		got, ok := truncateIP(nil, []byte(test.text))
		if string(got) != test.want || ok != (test.want != "") {
			t.Errorf("%q: got %q, %t; want %q", test.text, got, ok, test.want)
		}
		if again, _ := truncateIP(nil, got); ok && !bytes.Equal(again, got) {
			t.Errorf("%q again gave %q", got, again)
		}
	}
}

func TestTruncateForwarded(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{`for=192.0.2.60;proto=http;by=203.0.113.43`, `for=192.0.2.0;proto=http;by=203.0.113.0`},
		{`For="[2001:db8:cafe::17]:4711"`, `For="[2001:db8:cafe::]"`},
		{`for=192.0.2.43, for=198.51.100.17`, `for=192.0.2.0, for=198.51.100.0`},
		{`for="192.0.2.43:4711" ; host="a.example:80",for=unknown`, `for=192.0.2.0;host="a.example:80", for=unknown`},
		{`for=_SEVKISEK, for="_hidden:_port", for="unknown:80"`, `for=unknown, for=unknown, for=unknown`},
		{`for=192.0.2.43;secret="anna, x";proto=https`, `for=192.0.2.0;proto=https`},
		{`secret=1, for=192.0.2.43`, `for=192.0.2.0`},
		{`for=192.0.2.43;secret=1, by=192.0.2.44`, `for=192.0.2.0, by=192.0.2.0`},
		{`for=192.0.2.43;;proto=http,,for=192.0.2.1,`, `for=192.0.2.0;proto=http, for=192.0.2.0`},
		{`for="::ffff:192.0.2.43"`, `for=192.0.2.0`},
		{`secret=1`, ``},
		{`for=anna`, ``},
		{`for="192.0.2.43`, ``},
		{`for="192.0.2\.43"`, ``},
		{`for=192.0.2.43 for=192.0.2.44`, ``},
		{`192.0.2.43`, ``},
		{`for =192.0.2.43`, ``},
		{`for=`, ``},
		{`=x`, ``},
		{``, ``},
	}
	for _, test := range tests {
		got, ok := truncateForwarded(nil, []byte(test.text))
		if ok != (test.want != "") || ok && string(got) != test.want {
			t.Errorf("%s: got %q, %t; want %q", test.text, got, ok, test.want)
		}
		if again, _ := truncateForwarded(nil, got); ok && !bytes.Equal(again, got) {
			t.Errorf("%s again gave %s", got, again)
		}
	}
}

// FuzzAddresses holds the reader of addresses against netip's.
func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{
		"192.0.2.7", "192.0.2.07", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::", "::1", "1::", "1::2::3", ":1", "1:", "1:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:8::", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "12345::", "::g",
		"fe80::1%eth0", "fe80::1%", "[::1]:80", "[::1]", "1.2.3.4:80", "1.2.3.4:65536", "[1.2.3.4]:80", "::ffff:1.2.3.4%x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := netip.ParseAddr(text)
		if err != nil {
			var pair netip.AddrPort
			if pair, err = netip.ParseAddrPort(text); err == nil {
				want = pair.Addr()
			} else if n := len(text); n > 2 && text[0] == '[' && text[n-1] == ']' {
				if want, err = netip.ParseAddr(text[1 : n-1]); err == nil && want.Is4() {
					err = errNoKey // any: brackets are for IPv6
				}
			}
		}
		got, ok := parseAddress([]byte(text))
		if ok != (err == nil) || ok && got != want.WithZone("") {
			t.Fatalf("%q: got %s, %t; want %s, %v", text, got, ok, want, err)
		}
		prefix, err := netip.ParsePrefix(text + "/20")
		if cut, ok := truncateIP(nil, []byte(text+"/20")); !strings.ContainsAny(text, ",") && ok != (err == nil && !prefix.Addr().Is4In6()) {
			t.Fatalf("%q: got %s, %t; want %s, %v", text+"/20", cut, ok, prefix, err)
		}
	})
}
