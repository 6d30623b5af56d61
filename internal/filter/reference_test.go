package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// referencePolicy is what reference below knows by heart.
const referencePolicy = oneForEach + `
fields:
  $..gone: c_remove
  $..mask: c_mask
  $..none: c_nullify
  $..bare: c_empty
  $..count: c_count
  $..round: c_digits
  "$.list[*].at": c_replace
`

// tree is a document with repeated names and in its order.
type tree struct {
	value   any // string, json.Number, bool or nil where it is no container
	open    json.Delim
	names   []string
	inner   []*tree
	dropped bool
}

func readTree(text []byte) (*tree, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	t, err := nextTree(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return t, nil
}

func nextTree(d *json.Decoder) (*tree, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	t := &tree{value: token}
	open, container := token.(json.Delim)
	if !container {
		return t, nil
	}
	t.value, t.open = nil, open
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			text, _ := name.(string)
			t.names = append(t.names, text)
		}
		inner, err := nextTree(d)
		if err != nil {
			return nil, err
		}
		t.inner = append(t.inner, inner)
	}
	_, err = d.Token()
	return t, err
}

// reference carries out referencePolicy, slowly and from the definition.
func (t *tree) reference(path []string) {
	if t.settled(path) {
		return
	}
	for i, inner := range t.inner {
		step := "[*]"
		if t.open == '{' {
			step = "." + t.names[i]
		}
		inner.reference(append(slices.Clone(path), step))
	}
	for i, v := range slices.Backward(t.inner) {
		if v.dropped {
			t.inner = slices.Delete(t.inner, i, i+1)
			if t.open == '{' {
				t.names = slices.Delete(t.names, i, i+1)
			}
		}
	}
}

// settled acts on a labelled place.
func (t *tree) settled(path []string) bool {
	if len(path) == 3 && path[0] == ".list" && path[1] == "[*]" && path[2] == ".at" {
		one := &tree{value: json.Number("1")}
		*t = tree{open: '{', names: []string{"redacted"}, inner: []*tree{{open: '[', inner: []*tree{one}}}}
		return true
	}
	if len(path) == 0 {
		return false
	}
	text, isText := t.value.(string)
	number, isNumber := t.value.(json.Number)
	switch path[len(path)-1] {
	case ".gone":
		t.dropped = true
	case ".none":
		*t = tree{}
	case ".bare":
		*t = tree{open: t.open, value: map[bool]any{true: "", false: nil}[isText], dropped: t.open == 0 && !isText}
	case ".count":
		*t = tree{value: json.Number(strconv.Itoa(len(t.inner))), dropped: t.open != '['}
	case ".mask":
		*t = tree{value: masked(text), dropped: !isText}
	case ".round":
		if isText && isJSONNumber(text) {
			*t = tree{value: string(roundedOnce(json.Number(text)))}
			break
		}
		*t = tree{value: roundedOnce(number), dropped: !isNumber}
	default:
		return false
	}
	return true
}

func masked(text string) string {
	all := []rune(text)
	for i := range all {
		if i < len(all)-2 || len(all) <= 2 {
			all[i] = '*'
		}
	}
	return string(all)
}

func isJSONNumber(text string) bool {
	var number json.Number
	return json.Unmarshal([]byte(text), &number) == nil && string(number) == text && text != ""
}

func roundedOnce(number json.Number) json.Number {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(number)), "e")
	shift, err := strconv.Atoi(exponent)
	_, fraction, _ := strings.Cut(mantissa, ".")
	// Beyond what the reference can count is beyond what the digits of a held value reach.
	const far = 9000
	switch {
	case strings.HasPrefix(exponent, "-") && (err != nil || shift < -far):
		return "0.0"
	case exponent != "" && (err != nil || shift > far), len(fraction)-shift <= 1:
		return number
	}
	exact, ok := new(big.Rat).SetString(string(number))
	if !ok {
		return number
	}
	return json.Number(strings.Replace(exact.FloatString(1), "-0.0", "0.0", 1))
}

func (t *tree) String() string {
	var out strings.Builder
	t.write(&out)
	return out.String()
}

func (t *tree) write(out *strings.Builder) {
	if t.open == 0 {
		text, _ := json.Marshal(t.value)
		out.Write(text)
		return
	}
	out.WriteRune(rune(t.open))
	for i, inner := range t.inner {
		if t.open == '{' {
			name, _ := json.Marshal(t.names[i])
			out.Write(append(name, ':'))
		}
		inner.write(out)
		out.WriteByte(',')
	}
	out.WriteByte('.')
}

func TestSlowReference(t *testing.T) {
	t.Parallel()
	doc, err := readTree([]byte(`{"mask":"abc","list":[{"at":1}],"x":{"gone":1,"round":-0.04,"count":[1],"count":2,"bare":"a","bare":1,"none":[]}}`))
	if err != nil {
		t.Fatal(err)
	}
	doc.reference(nil)
	const want = `{"mask":"*bc","list":[{"at":{"redacted":[1,.,.,.,.,"x":{"round":0.0,"count":1,"bare":"","none":null,.,.`
	if got := doc.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
