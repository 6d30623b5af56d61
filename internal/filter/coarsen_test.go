package filter

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/privet-gateway/privet/rules"
)

func TestGrid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		metres       float64
		north, east  float64 // steps in degrees
		northernmost float64
	}{
		{1000, 0.01, 0.05, 0},
		{1112, 0.01, 0.05, 0},
		{1113, 0.02, 0.05, 0},
		{10_000, 0.1, 0.5, 0},
		{100, 0.001, 0.005, 0},
		{500, 0.005, 0.02, 0},
		{1000, 0.01, 0.05, -52.5},
		{1000, 0.01, 0.1, 80},
		{1000, 0.01, 1, -89.5},
		{1000, 0.01, 1, 90},
		{20_037_508, 200, 1000, 0},
		{1e-9, 1e-12, 1e-12, 0},
	}
	for _, test := range tests {
		north, ok := gridOf(test.metres, latitude, test.northernmost)
		east, ok2 := gridOf(test.metres, longitude, test.northernmost)
		if !ok || !ok2 || !near(north, test.north) || !near(east, test.east) {
			t.Errorf("%g m at %g: got %d·10^%d and %d·10^%d; want %g and %g", test.metres, test.northernmost,
				north.unit, north.place, east.unit, east.place, test.north, test.east)
		}
	}
	for _, metres := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, ok := gridOf(metres, longitude, 0); ok {
			t.Errorf("%g m has a grid", metres)
		}
	}
}

func near(g grid, step float64) bool {
	return math.Abs(float64(g.unit)*math.Pow(10, float64(g.place))/step-1) < 1e-6
}

func TestCoarsenCoordinates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		metres          float64
		name, raw, want string // want "" is unfit
	}{
		{1000, "lat", `52.5163`, `52.52`},
		{1000, "lat", `-52.515`, `-52.52`},
		{1000, "lat", `0.004`, `0.00`},
		{1000, "lat", `-0.004`, `0.00`},
		{1000, "lat", `-0`, `0.00`},
		{1000, "lat", `5.25163e1`, `52.52`},
		{1000, "lat", `52516300000E-9`, `52.52`},
		{1000, "lat", `90`, `90.00`},
		{1000, "lat", `90.00001`, ``},
		{1000, "lat", `91`, ``},
		{1000, "lng", `13.3777`, `13.40`},
		{1000, "lng", `-180`, `-180.00`},
		{1000, "lng", `180.0000`, `180.00`},
		{1000, "lng", `180.00000000000000000000001`, ``},
		{1000, "lng", `200`, ``},
		{1000, "lng", `1e3`, ``},
		{1000, "lng", `1e999999999999999999999`, ``},
		{1000, "lng", `1e-999999999999999999999`, `0.00`},
		{1000, "lng", `0e999999999999999999999`, `0.00`},
		{6_000_000, "lat", `85`, `0`},
		{1_000_000, "lng", `179`, `150`},
		{1_000_000, "lat", `77`, `80`},
		{100_000, "lat", `52.5`, `53`},
		{20_037_508, "lng", `-179`, `0`},
		{1e-9, "lat", `1.0000000000005`, `1.000000000001`},
		{1000, "where", `[13.3777,52.5163]`, `[13.40,52.50]`},
		{1000, "where", "[ 13.3777 ,\n52.5163, 34.5 ]", `[13.40,52.50]`},
		{1000, "where", `[13.3777]`, ``},
		{1000, "where", `[]`, `[]`},
		{1000, "where", `[1,2,3,4]`, ``},
		{1000, "where", `[[13.31,52.5],[13.4,52.5]]`, `[[13.30,52.50],[13.40,52.50]]`},
		{1000, "where", `[13.3777,"52.5163"]`, ``},
		{1000, "where", `[13.3777,52.5163,null]`, ``},
		{1000, "where", `[1200,52.5163]`, ``},
		{1000, "where", `{"lat":52.5163,"lon":13.3777}`, `{"lat":52.52,"lon":13.40}`},
		{1000, "where", `{"street":"x","l\u0061t" : 52.5163 , "longitude":13.3777,"z":[1,{"lat":3}]}`, `{"l\u0061t":52.52,"longitude":13.40}`},
		{1000, "where", `{"lat":80.0163,"lon":13.3777}`, `{"lat":80.02,"lon":13.4}`},
		{1000, "where", `{"lon":13.3777,"lat":89.999}`, `{"lon":13,"lat":90.00}`},
		{1000, "where", `{"lon":13.3777}`, `{"lon":13.40}`},
		{1000, "where", `{"lon":1000,"lat":52.5163}`, `{"lat":52.52}`},
		{1000, "where", `{"lat":52.5163,"lon":1000,"lng":"x"}`, `{"lat":52.52}`},
		{1000, "where", `{"lat":"52.5163"}`, `{"lat":"52.52"}`},
		{1000, "where", `{"lat":"52.5163 N"}`, ``},
		{1000, "where", `{"x":1}`, ``},
		{1000, "where", `{}`, ``},
		{0, "where", `{"lat":1}`, ``},
		{0, "lat", `1`, ``},
		{0, "where", `[1,2]`, ``},
	}
	w := &workbench{}
	for _, test := range tests {
		a := rules.Action{Kind: rules.Coarsen, Metres: test.metres}
		got, what := carryOut(w, a, test.name, test.raw)
		if got != test.want || (what == unfit) != (test.want == "") {
			t.Errorf("%gm of %s %s: got %q, outcome %d; want %q", test.metres, test.name, test.raw, got, what, test.want)
		}
		if again, _ := carryOut(w, a, test.name, got); got != "" && again != got {
			t.Errorf("%gm of %s %s again gave %q", test.metres, test.name, got, again)
		}
	}
}

func TestAxisOf(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lat", "LAT", "Latitude", "geo_lat", "geo:lat", "start-latitude", "homeLat", "home2lat", "_lat"} {
		if axisOf([]byte(name)) != latitude {
			t.Errorf("%q is no latitude", name)
		}
	}
	for _, name := range []string{"", "flat", "FLAT", "plat", "HOMELAT", "lats", "lon", "latlng", "älat", "platitude"} {
		if axisOf([]byte(name)) == latitude {
			t.Errorf("%q is a latitude", name)
		}
	}
	for _, name := range []string{"lon", "lng", "long", "Longitude", "geo_lon", "homeLng"} {
		if !isLongitude([]byte(name)) {
			t.Errorf("%q is no longitude", name)
		}
	}
}

func TestRoundDigits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		places    int
		raw, want string
	}{
		{2, `1.005`, `1.01`},
		{2, `1.0049999`, `1.00`},
		{2, `1.5`, `1.5`},
		{2, `1.500`, `1.50`},
		{0, `9.5`, `10`},
		{0, `-9.5`, `-10`},
		{0, `99.4999`, `99`},
		{1, `-0.04`, `0.0`},
		{1, `-0.05`, `-0.1`},
		{1, `99.95`, `100.0`},
		{3, `123456789012345678901234567890.12345`, `123456789012345678901234567890.123`},
		{2, `1e400`, `1e400`},
		{2, `1.2345E1`, `12.35`},
		{2, `1500e-5`, `0.02`},
		{2, `1e-999999999999999`, `0.00`},
		{0, `0.5e0`, `1`},
		{15, `0.1234567890123456`, `0.123456789012346`},
		{101, `1`, ``},
		{-1, `1`, ``},
	}
	for _, test := range tests {
		got, ok := roundDigits(nil, test.places, []byte(test.raw))
		if string(got) != test.want || ok != (test.want != "") {
			t.Errorf("%d digits of %s: got %q, %t; want %q", test.places, test.raw, got, ok, test.want)
		}
	}
}

func TestParseDecimalRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1e5x", "1 ", "0x1", "NaN", "1.5.2", "--1", "1e1.5"} {
		if _, ok := parseDecimal([]byte(text)); ok {
			t.Errorf("%q is a number", text)
		}
	}
}

// Long numbers take time in proportion to their length.
func TestCoarsenLongNumbers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("7", 1_000_000)
	start := time.Now()
	for _, raw := range []string{long, "0." + long, "1." + long, "0." + strings.Repeat("0", 1_000_000) + "1", long + "e-1000000", "1e-" + long} {
		roundDigits(nil, 2, []byte(raw))
		var s scale
		s.set(&rules.Action{Metres: 10})
		s.one(nil, []byte("lat"), []byte(raw))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

// The reference rounds with exact fractions.
func TestRoundingAgainstFractions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,20})?([eE][+-]?[0-9])?`).Draw(t, "number")
		exact, ok := new(big.Rat).SetString(raw)
		if !ok {
			t.Skip()
		}
		places := rapid.IntRange(0, 12).Draw(t, "places")
		got, ok := roundDigits(nil, places, []byte(raw))
		if !ok || !equal(got, rounded(exact, new(big.Rat).SetFrac(big.NewInt(1), power(places)))) {
			t.Fatalf("%d digits of %s: got %s, %t", places, raw, got, ok)
		}
		g := grid{unit: rapid.SampledFrom([]uint64{1, 2, 5}).Draw(t, "unit"), place: -int64(places), reach: 180}
		got, ok = g.snap(nil, []byte(raw))
		inside := new(big.Rat).Abs(exact).Cmp(big.NewRat(180, 1)) <= 0
		if ok != inside {
			t.Fatalf("%s: a coordinate %t, want %t", raw, ok, inside)
		}
		step := new(big.Rat).SetFrac(new(big.Int).SetUint64(g.unit), power(places))
		if ok && !equal(got, rounded(exact, step)) {
			t.Fatalf("%s on multiples of %s: got %s", raw, step, got)
		}
		if ok && strings.HasPrefix(string(got), "-") && rounded(exact, step).Sign() == 0 {
			t.Fatalf("%s on multiples of %s: got %s", raw, step, got)
		}
		if again, _ := g.snap(nil, got); ok && string(again) != string(got) {
			t.Fatalf("%s on multiples of %s: %s became %s", raw, step, got, again)
		}
	})
}

func power(places int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
}

// rounded gives the nearest multiple of step, half away from zero.
func rounded(x, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(new(big.Rat).Abs(x), step)
	q.Add(q, big.NewRat(1, 2))
	n := new(big.Rat).SetInt(new(big.Int).Quo(q.Num(), q.Denom()))
	n.Mul(n, step)
	if x.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

func equal(text []byte, want *big.Rat) bool {
	got, ok := new(big.Rat).SetString(string(text))
	return ok && got.Cmp(want) == 0
}
