package place_test

import (
	"net/netip"
	"os"
	"os/exec"
	"testing"

	"github.com/privet-gateway/privet/internal/place"
)

func locator(t testing.TB, networks ...place.Network) *place.Locator {
	t.Helper()
	l, err := place.New(networks)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func network(prefix, country string) place.Network {
	return place.Network{Prefix: netip.MustParsePrefix(prefix), Country: country}
}

// Networks of universities and registries, which do not move.
func TestCountry(t *testing.T) {
	t.Parallel()
	l := locator(t)
	for address, want := range map[string]string{
		"193.0.6.139":           "NL",
		"130.59.31.80":          "CH",
		"128.232.0.20":          "GB",
		"18.9.22.69":            "US",
		"8.8.8.8":               "US",
		"129.240.2.3":           "NO",
		"130.208.1.1":           "IS",
		"133.11.0.1":            "JP",
		"147.46.10.1":           "KR",
		"200.160.2.3":           "BR",
		"141.20.1.1":            "DE",
		"134.158.1.1":           "FR",
		"2001:620::1":           "CH",
		"2001:630::1":           "GB",
		"2001:638::1":           "DE",
		"2001:660::1":           "FR",
		"2001:700::1":           "NO",
		"2001:6b0::1":           "SE",
		"2001:4860:4860::8888":  "US",
		"::ffff:193.0.6.139":    "NL",
		"::ffff:8.8.8.8":        "US",
		"::ffff:10.0.0.1":       "ZZ",
		"2001:67c:2e8::c100:68": "NL",
	} {
		if got := l.Country(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is in %s, want %s", address, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	l := locator(t)
	for _, address := range []string{
		"0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.1.1", "172.16.0.1", "172.31.255.255",
		"192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::8.8.8.8", "fe80::1", "fe80::1%eth0", "2001:638::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1",
		"100::1", "2001:db8::1", "3fff::1", "5f00::1", "2001:10::1", "2001:20::1",
		"64:ff9b::8.8.8.8", "64:ff9b:1::8.8.8.8", "2002:808:808::1", "2001:0:808:808::f7f7:f7f7",
	} {
		if got := l.Country(netip.MustParseAddr(address)); got != "ZZ" {
			t.Errorf("%s is in %s, want ZZ", address, got)
		}
	}
	if got := l.Country(netip.Addr{}); got != "ZZ" {
		t.Errorf("no address is in %s, want ZZ", got)
	}
	if got := new(place.Locator).Country(netip.MustParseAddr("193.0.6.139")); got != "NL" {
		t.Errorf("the zero locator says %s, want NL", got)
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	l := locator(t,
		network("10.0.0.0/8", "fr"),
		network("10.8.0.0/16", "DE"),
		network("10.8.1.77/24", "UK"), // host bits are dropped
		network("10.8.1.9/32", "ZZ"),
		network("::ffff:172.16.0.0/108", "EL"),
		network("8.8.0.0/16", "SE"),
		network("fd00::/8", "IE"),
		network("fd00:1::/32", "CH"),
		network("64:ff9b::/96", "AT"),
		network("10.8.0.0/16", "de"), // said twice
	)
	for address, want := range map[string]string{
		"10.1.1.1": "FR", "10.8.2.1": "DE", "10.8.1.1": "GB", "10.8.1.9": "ZZ", "::ffff:10.8.2.1": "DE", "11.0.0.1": "US",
		"172.16.0.1": "GR", "172.31.255.255": "GR", "172.32.0.1": "US", "8.8.8.8": "SE", "8.9.8.8": "US",
		"fd99::1": "IE", "fd00:1::1": "CH", "fc00::1": "ZZ", "64:ff9b::808:808": "AT", "fd00::1%eth0": "ZZ",
	} {
		if got := l.Country(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is in %s, want %s", address, got, want)
		}
	}
	whole := locator(t, network("0.0.0.0/0", "NO"))
	if got := whole.Country(netip.MustParseAddr("2001:638::1")); got != "DE" {
		t.Errorf("an IPv4 network holds IPv6: %s", got)
	}
	if got := whole.Country(netip.MustParseAddr("::ffff:1.2.3.4")); got != "NO" {
		t.Errorf("the whole of IPv4 misses one: %s", got)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		networks []place.Network
		want     string
	}{
		{[]place.Network{{Country: "DE"}}, "a network is no address prefix"},
		{[]place.Network{network("10.0.0.0/8", "")}, `network 10.0.0.0/8: "" is no country code of ISO 3166-1`},
		{[]place.Network{network("10.0.0.0/8", "EU")}, `network 10.0.0.0/8: "EU" is no country code of ISO 3166-1`},
		{[]place.Network{network("10.0.0.0/8", "US-CA")}, `network 10.0.0.0/8: "US-CA" is no country code of ISO 3166-1`},
		{[]place.Network{network("10.0.0.0/8", "DE"), network("::ffff:10.0.0.0/104", "FR")}, `network ::ffff:10.0.0.0/104 is said to be in DE and in FR`},
	} {
		if l, err := place.New(test.networks); err == nil || err.Error() != test.want || l != nil {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}

// The variable makes iploc blind to IPv6 when a process first asks it, so the test runs itself again.
func TestSeesIPv6(t *testing.T) {
	t.Parallel()
	const blind = "IPLOC_IPV4ONLY"
	if os.Getenv(blind) != "" {
		if got := locator(t).Country(netip.MustParseAddr("2001:620::1")); got != "CH" {
			t.Errorf("2001:620::1 is in %s, want CH", got)
		}
		return
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestSeesIPv6$")
	again.Env = append(os.Environ(), blind+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestCountryAllocatesNothing(t *testing.T) {
	l := locator(t, network("10.0.0.0/8", "DE"), network("fd00::/8", "DE"))
	addresses := []netip.Addr{
		netip.MustParseAddr("193.0.6.139"), netip.MustParseAddr("2001:638::1"), netip.MustParseAddr("10.1.1.1"),
		netip.MustParseAddr("::ffff:8.8.8.8"), netip.MustParseAddr("fe80::1%eth0"),
		{},
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, a := range addresses {
			l.Country(a)
		}
	}); n != 0 {
		t.Errorf("%.1f allocations", n)
	}
}

func FuzzCountry(f *testing.F) {
	l := locator(f, network("10.0.0.0/8", "DE"), network("fd00::/8", "GB"))
	f.Add([]byte{8, 8, 8, 8}, "")
	f.Add(netip.MustParseAddr("2001:638::1").AsSlice(), "")
	f.Add(netip.MustParseAddr("fe80::1").AsSlice(), "eth0")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, octets []byte, zone string) {
		address, _ := netip.AddrFromSlice(octets)
		if address.Is6() && !address.Is4In6() {
			address = address.WithZone(zone)
		}
		country := l.Country(address)
		if len(country) != 2 || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z' {
			t.Errorf("%d bytes give %q", len(octets), country)
		}
		if address.Is4() && l.Country(netip.AddrFrom16(address.As16())) != country {
			t.Error("the mapped address is elsewhere")
		}
	})
}

func BenchmarkCountry(b *testing.B) {
	for name, address := range map[string]string{"v4": "193.0.6.139", "v6": "2001:638::1", "network": "10.8.0.1", "private": "192.168.1.1"} {
		b.Run(name, func(b *testing.B) {
			l := locator(b, network("10.8.0.0/16", "DE"))
			a := netip.MustParseAddr(address)
			b.ReportAllocs()
			for b.Loop() {
				l.Country(a)
			}
		})
	}
}
