package filter

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/privet-gateway/privet/rules"
)

func TestCoarsenPlaces(t *testing.T) {
	t.Parallel()
	deep := func(levels int) string {
		return strings.Repeat(`{"at":`, levels) + `{"lat":52.5163}` + strings.Repeat(`}`, levels)
	}
	coarse := func(levels int) string { return strings.ReplaceAll(deep(levels), "52.5163", "52.52") }
	tests := []struct{ name, raw, want string }{ // want "" is unfit
		// Pairs of members, wherever they stand; nothing beside them.
		{"", `{"latitude":52.5163,"longitude":13.3777,"accuracy":5,"altitude":34.5}`, `{"latitude":52.52,"longitude":13.40}`},
		{"", `{"home":{"lat":52.5163,"lng":13.3777,"street":"x"},"work":{"lat":"48.8577","lng":"2.295"},"note":[1,2]}`, `{"home":{"lat":52.52,"lng":13.40},"work":{"lat":"48.86","lng":"2.30"}}`},
		{"", `[{"lat":52.5163,"t":1},{"lon":13.3777}]`, `[{"lat":52.52},{"lon":13.40}]`},
		{"", `[{"lat":52.5163},{"t":1}]`, ``},
		{"", `[{"lat":52.5163},null]`, ``},
		{"", `{"name":"52.5163,13.3777","position":"52.5163,13.3777"}`, `{"position":"52.50,13.40"}`},
		{"", `{"position":"52.5163","sizes":[1.25,2.25],"coords":[13.3777,52.5163]}`, `{"coords":[13.40,52.50]}`},
		{"", `{"geohash":"u33db2mfkn5x","code":"u33db2mfkn5x"}`, `{"geohash":"u33db"}`},
		{"", `{"bounds":{"northeast":{"lat":52.5163,"lng":13.3777},"southwest":{"lat":52.4,"lng":13.2}}}`, `{"bounds":{"northeast":{"lat":52.52,"lng":13.40},"southwest":{"lat":52.40,"lng":13.20}}}`},
		{"", `{"latLng":"52.5163,13.3777"}`, `{"latLng":"52.50,13.40"}`},
		{"", `{"lat":"5\u0032.5163"}`, ``},
		{"", `{"lat":true,"tags":[]}`, ``},
		{"", deep(14), coarse(14)},
		{"", deep(16), ``},
		{"", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), ``},
		// GeoJSON.
		{"", `{"type":"Point","coordinates":[13.3777,52.5163,34.5]}`, `{"type":"Point","coordinates":[13.40,52.50]}`},
		{"", `{"coordinates":[[13.3777,52.5163],[-179.999,-33.3333]],"type":"LineString","x":1}`, `{"coordinates":[[13.40,52.50],[-180.00,-33.35]],"type":"LineString"}`},
		{"", `{"type":"Polygon","coordinates":[[[13.3777,52.5163],[13.5,52.6],[13.3777,52.5163]],[]]}`, `{"type":"Polygon","coordinates":[[[13.40,52.50],[13.50,52.60],[13.40,52.50]],[]]}`},
		{"", `{"type":"MultiPolygon","coordinates":[[[[13.3777,52.5163]]]]}`, `{"type":"MultiPolygon","coordinates":[[[[13.40,52.50]]]]}`},
		{
			"", `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[13.3777,52.5163]},{"type":"MultiPoint","coordinates":[[1.01,2.01]],"bbox":[1,2,1,2]}]}`,
			`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[13.40,52.50]},{"type":"MultiPoint","coordinates":[[1.00,2.00]],"bbox":[1.00,2.00,1.00,2.00]}]}`,
		},
		{
			"", `{"type":"FeatureCollection","bbox":[13.1,52.3,30,13.8,52.7,120],"crs":{"x":1},"features":[{"type":"Feature","id":"anna","properties":{"name":"Anna"},"geometry":{"type":"Point","coordinates":[13.3777,52.5163]}},{"type":"Feature","properties":{},"geometry":null}]}`,
			`{"type":"FeatureCollection","bbox":[13.10,52.30,13.80,52.70],"features":[{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[13.40,52.50]}},{"type":"Feature","properties":null,"geometry":null}]}`,
		},
		{"", `{"type":"FeatureCollection","features":[]}`, `{"type":"FeatureCollection","features":[]}`},
		{"", `{"type":"Point","coordinates":[13.3777,52.5163],"type":{"name":"Anna"}}`, `{"coordinates":[13.40,52.50]}`},
		{"", `{"type":{"name":"Anna"},"type":"Point","coordinates":[13.3777,52.5163]}`, `{"type":"Point","coordinates":[13.40,52.50]}`},
		{"", `{"type":"Point","lat":52.5163}`, `{"lat":52.52}`},
		{"", `{"type":"Place","coordinates":[13.3777,52.5163]}`, `{"coordinates":[13.40,52.50]}`},
		{"", `{"type":"Point","coordinates":"13.3777,52.5163"}`, ``},
		{"", `{"type":"Point","coordinates":[13.3777,91]}`, ``},
		{"", `{"type":"Point","coordinates":[13.3777]}`, ``},
		{"", `{"type":"Feature","geometry":[13.3777,52.5163]}`, ``},
		{"", `{"type":"Point","coordinates":[13.3777,52.5163],"bbox":[1,2,3]}`, ``},
		// Near the poles GeoJSON says which is the latitude.
		{"", `{"type":"Point","coordinates":[15.6256,85.2232]}`, `{"type":"Point","coordinates":[15.6,85.20]}`},
		{"", `{"type":"Point","coordinates":[179.9999,90]}`, `{"type":"Point","coordinates":[180,90.00]}`},
		{"", `[15.6256,85.2232]`, `[15.65,85.20]`},
		{"", `[-89.99,-179.99]`, `[-90.00,-180.00]`},
		{"", `[120,-100]`, ``},
		{"bbox", `[13.1,52.3,13.8,52.7]`, `[13.10,52.30,13.80,52.70]`},
		{"bbox", `[13.1,52.3,13.8,52.7,1]`, ``},
		{"bbox", `[13.1,52.3]`, ``},
		{"where", `[13.1,52.3,13.8,52.7]`, ``},
		// Texts.
		{"lat", `"52.5163"`, `"52.52"`},
		{"lng", `"13.3777"`, `"13.40"`},
		{"where", `"52.5163"`, `"52.50"`},
		{"where", `"200.5"`, ``},
		{"where", `"52.5163,13.3777"`, `"52.50,13.40"`},
		{"where", `"52.5163, 13.3777, 34"`, `"52.50, 13.40"`},
		{"where", `"-0.01,-0"`, `"0.00,0.00"`},
		{"where", `"52.5163,13.3777,high"`, ``},
		{"where", `"52.5163,13.3777,"`, ``},
		{"where", `"52.5163 13.3777"`, ``},
		{"where", `"52.5163,  13.3777"`, ``},
		{"where", `"152.5163,113.3777"`, ``},
		{"where", `"52,5163,13,3777"`, ``},
		{"where", `"Berlin"`, ``},
		{"where", `""`, ``},
		{"where", `"geo:52.5163,13.3777"`, `"geo:52.52,13.40"`},
		{"where", `"GEO:52.5163,-13.3777,34;u=5"`, `"GEO:52.52,-13.40"`},
		{"where", `"geo:52.5163,13.3777;CRS=WGS84;u=5"`, `"geo:52.52,13.40"`},
		{"where", `"geo:85.2163,013.3777"`, `"geo:85.22,13.4"`},
		{"where", `"geo:52.5163,13.3777;crs=moon-2011"`, ``},
		{"where", `"geo:52.5163"`, ``},
		{"where", `"geo:52.5163,13.3777,x"`, ``},
		{"where", `"geo:13.3777,152.5163"`, `"geo:13.38,152.50"`},
		{"where", `"geo:152.5163,13.3777"`, ``},
		{"where", `"+52.5163+013.3777/"`, `"+52.52+013.40/"`},
		{"where", `"+05.5163-003.3777+034.5CRSWGS_84/"`, `"+05.52-003.40/"`},
		{"where", `"-00.0012+000.0012"`, `"+00.00+000.00"`},
		{"where", `"+85.2163+013.3777/"`, `"+85.22+013.4/"`},
		{"where", `"+5231+01322/"`, ``}, // degrees and minutes
		{"where", `"+52.5163/"`, ``},
		{"where", `"+52.5163+013.3777+/"`, ``},
		{"where", `"+52.5163+013.3777x"`, ``},
		{"where", `"+52.51.63+013.3777/"`, ``},
		{"geohash", `"u33db2mfkn5x"`, `"u33db"`},
		{"home_geohash", `"U33DB2MFKN5X"`, `"U33DB"`},
		{"geoHash", `"u3"`, `"u3"`},
		{"geohash", `"gzzzzzzz"`, `"gzz"`},
		{"geohash", `"u33dba"`, ``}, // no letter of a geohash
		{"geohash", `""`, ``},
		{"geohash", `"` + strings.Repeat("u", 33) + `"`, ``},
		{"geohash", `["u33db2mfkn5x"]`, `["u33db"]`},
		{"geohash", `"52.5163,13.3777"`, ``},
		{"where", `"u33db2mfkn5x"`, ``},
		{"where", `["52.5163,13.3777","geo:1,2"]`, `["52.50,13.40","geo:1.00,2.00"]`},
		{"where", `["52.5163","13.3777"]`, ``},
	}
	w := &workbench{}
	for _, test := range tests {
		a := rules.Action{Kind: rules.Coarsen, Metres: 1000}
		got, what := carryOut(w, a, test.name, test.raw)
		if got != test.want || (what == unfit) != (test.want == "") {
			t.Errorf("%s %.300s: got %q, outcome %d; want %q", test.name, test.raw, got, what, test.want)
		}
		if got == "" {
			continue
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s %s: no JSON: %s", test.name, test.raw, got)
		}
		if again, _ := carryOut(w, a, test.name, got); again != got {
			t.Errorf("%s %s again gave %q", test.name, got, again)
		}
	}
}

func TestCoarsenPlacesByDigits(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, want string }{
		{"", `{"lat":52.5163,"lon":13.3777,"x":1}`, `{"lat":52.5,"lon":13.4}`},
		{"", `[13.3777,52.5163,3.14]`, `[13.4,52.5]`},
		{"", `{"type":"Point","coordinates":[13.3777,85.25]}`, `{"type":"Point","coordinates":[13.4,85.3]}`},
		{"", `[13.3777,-90.1]`, `[13.4,-90.1]`}, // the first may be the latitude
		{"", `[-91.3777,-90.1]`, ``},
		{"price", `"1234.567"`, `"1234.6"`},
		{"price", `1234.567`, `1234.6`},
		{"price", `"about 5"`, ``},
		{"where", `"52.5163,13.3777"`, `"52.5,13.4"`},
		{"where", `"geo:52.5163,13.3777"`, `"geo:52.5,13.4"`},
		{"geohash", `"u33db2mfkn5x"`, ``},
	}
	w := &workbench{}
	for _, test := range tests {
		a := rules.Action{Kind: rules.Coarsen, ByDigits: true, Digits: 1}
		got, what := carryOut(w, a, test.name, test.raw)
		if got != test.want || (what == unfit) != (test.want == "") {
			t.Errorf("%s %s: got %q, outcome %d; want %q", test.name, test.raw, got, what, test.want)
		}
	}
}

// placeForms are ways to write a place.
var placeForms = []struct{ name, format string }{
	{"", `{"lat":%[1]s,"lon":%[2]s}`},
	{"", `{"lon":"%[2]s","lat":"%[1]s"}`},
	{"", `{"type":"Point","coordinates":[%[2]s,%[1]s]}`},
	{"", `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[%[2]s,%[1]s],[%[2]s,%[1]s]]},"properties":{"x":%[1]s}}`},
	{"", `[%[2]s,%[1]s]`},
	{"", `[%[1]s,%[2]s]`},
	{"", `"%[1]s,%[2]s"`},
	{"", `"geo:%[1]s,%[2]s"`},
	{"bbox", `[%[2]s,%[1]s,%[2]s,%[1]s]`},
}

// What comes out names a cell: it stays as it is, lies near the place, and is at least as far as the distance from the
// next that could have come out.
func TestCoarsenedPlacesAreCells(t *testing.T) {
	t.Parallel()
	w := &workbench{}
	rapid.Check(t, func(t *rapid.T) {
		metres := rapid.SampledFrom([]float64{1, 37, 100, 500, 1000, 2500, 10_000, 100_000}).Draw(t, "metres")
		a := rules.Action{Kind: rules.Coarsen, Metres: metres}
		form := rapid.SampledFrom(placeForms).Draw(t, "form")
		north, east := drawCoordinate(t, "north", 90), drawCoordinate(t, "east", 180)
		raw := fmt.Sprintf(form.format, north, east)
		got, what := carryOut(w, a, form.name, raw)
		if what != written || !json.Valid([]byte(got)) {
			t.Fatalf("%s of %s: got %q, outcome %d", a, raw, got, what)
		}
		if again, _ := carryOut(w, a, form.name, got); again != got {
			t.Fatalf("%s of %s gave %s, and of that %s", a, raw, got, again)
		}
		// The finest digit that is written is part of a grid, so what lies between two cells is not told.
		for _, number := range numbersIn(got) {
			if decimals := len(number) - 1 - strings.IndexByte(number+".", '.'); decimals > 0 &&
				math.Pow(10, -float64(decimals))*metresPerDegree < metres/10 {
				t.Fatalf("%s of %s: %s has more digits than the distance", a, raw, got)
			}
		}
		// A place elsewhere in the cell comes out the same.
		values := numbersIn(got)
		latText, lonText := values[0], values[1]
		if strings.HasPrefix(form.format, `{"lon"`) || strings.Contains(form.format, "[%[2]s,%[1]s") {
			latText, lonText = lonText, latText
		}
		for _, place := range [][2]string{{latText, lonText}, {north, lonText}, {latText, east}} {
			inside := fmt.Sprintf(form.format, place[0], place[1])
			if other, _ := carryOut(w, a, form.name, inside); other != got {
				t.Fatalf("%s of %s: %s, and of %s: %s", a, raw, got, inside, other)
			}
		}
	})
}

func drawCoordinate(t *rapid.T, label string, reach int) string {
	t.Helper()
	degrees := rapid.Int64Range(-int64(reach)*1e7, int64(reach)*1e7).Draw(t, label)
	if rapid.IntRange(0, 9).Draw(t, label+" at an end") == 0 {
		degrees = rapid.SampledFrom([]int64{0, int64(reach) * 1e7, -int64(reach) * 1e7, 1, 700_000_000, 699_999_999}).Draw(t, label+" there")
	}
	return strconv.FormatFloat(float64(degrees)/1e7, 'f', -1, 64)
}

// numbersIn are the numbers in a text, in order.
func numbersIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.-", r) })
}

// A coarser distance has coarser steps at every latitude, and a cell is nowhere smaller than its distance.
func TestCoarserDistancesHaveCoarserGrids(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fine := rapid.Float64Range(0.5, 5e6).Draw(t, "fine")
		coarse := fine * rapid.Float64Range(1, 50).Draw(t, "factor")
		at := rapid.Float64Range(0, 89).Draw(t, "latitude")
		steps := func(metres float64) (north, east float64) {
			n, ok := gridOf(metres, latitude, 0)
			e, ok2 := gridOf(metres, longitude, at)
			if !ok || !ok2 {
				t.Fatal("no grid")
			}
			return float64(n.unit) * math.Pow(10, float64(n.place)), float64(e.unit) * math.Pow(10, float64(e.place))
		}
		north, east := steps(fine)
		if wider, farther := steps(coarse); wider < north || farther < east {
			t.Fatalf("%g m has steps of %g and %g, %g m of %g and %g", fine, north, east, coarse, wider, farther)
		}
		if least := fine * (1 - 1e-6); north*metresPerDegree < least || east*metresPerDegree*math.Cos(at*math.Pi/180) < least {
			t.Fatalf("%g m at %g has steps of %g and %g", fine, at, north, east)
		}
	})
}

// A geohash is cut to a beginning that the place alone decides, and whose cell is at least the distance wide and high.
func TestGeohashCells(t *testing.T) {
	t.Parallel()
	w := &workbench{}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9b-hjkmnp-z]{1,12}`).Draw(t, "geohash")
		fine := rapid.Float64Range(1, 100_000).Draw(t, "fine")
		coarse := fine * rapid.Float64Range(1, 50).Draw(t, "factor")
		got, what := carryOut(w, rules.Action{Kind: rules.Coarsen, Metres: fine}, "geohash", `"`+text+`"`)
		cut := strings.Trim(got, `"`)
		if what == written && (!strings.HasPrefix(text, cut) || cut == "") {
			t.Fatalf("%g m of %s: got %s", fine, text, got)
		}
		if again, _ := carryOut(w, rules.Action{Kind: rules.Coarsen, Metres: fine}, "geohash", got); again != got && what == written {
			t.Fatalf("%g m of %s gave %s, and of that %s", fine, text, got, again)
		}
		coarser, _ := carryOut(w, rules.Action{Kind: rules.Coarsen, Metres: coarse}, "geohash", `"`+text+`"`)
		if len(coarser) > len(got) {
			t.Fatalf("%s: %g m leaves %s, and %g m %s", text, fine, got, coarse, coarser)
		}
		if what == written {
			bits := float64(5 * len(cut))
			high, wide := 180/math.Exp2(math.Floor(bits/2)), 360/math.Exp2(math.Ceil(bits/2))
			if high*metresPerDegree < fine || wide*metresPerDegree < fine {
				t.Fatalf("%g m of %s: the cell of %s is %g by %g degrees", fine, text, got, high, wide)
			}
		}
	})
}
