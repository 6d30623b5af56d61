package protobuf_test

import (
	"slices"
	"testing"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/internal/protobuf"
)

// named is what a tree knows of a member.
func named(at *jsonpath.Names, name string) (fields []string, below *jsonpath.Names) {
	if at == nil {
		return nil, nil
	}
	if known, ok := at.Of[name]; ok {
		return known.Fields, known.Below
	}
	return nil, at.Others
}

func TestNames(t *testing.T) {
	t.Parallel()
	fix := load(t)
	for _, c := range []struct {
		root string
		path []string
		want []string
	}{
		{"shop.Customer", []string{"phoneNumber"}, []string{"phone_number"}},
		{"shop.Customer", []string{"phone_number"}, []string{"phoneNumber"}},
		{"shop.Customer", []string{"email"}, nil},
		{"shop.Customer", []string{"nobody"}, nil},
		{"shop.Customer", []string{"home", "postCode"}, []string{"post_code"}},
		{"shop.Customer", []string{"addresses", "postCode"}, []string{"post_code"}},
		{"shop.Customer", []string{"byName", "phoneNumber"}, nil}, // a key is no field
		{"shop.Customer", []string{"byName", "any key", "postCode"}, []string{"post_code"}},
		{"shop.Customer", []string{"friend", "friend", "fullName"}, []string{"full_name"}},
		{"shop.Customer", []string{"detail", "postCode"}, []string{"post_code"}},
		{"shop.Customer", []string{"by_name", "any key", "post_code"}, []string{"postCode"}},
		{"shop.Customer", []string{"detail", "post_code"}, []string{"postCode"}},
		{"shop.Customer", []string{"detail", "byName", "any key", "postCode"}, []string{"post_code"}},
		{"shop.Customer", []string{"detail", "value", "jobTitle"}, []string{"job_title"}},
		{"old.Person", []string{"label"}, []string{"name"}},
		{"old.Person", []string{"job"}, []string{"Job"}},
		{"old.Person", []string{"job", "boss", "label"}, []string{"name"}},
		{"old.Person", []string{"[old.boss]", "label"}, []string{"name"}},
		{"old.Person", []string{"states", "label"}, nil},
	} {
		at := fix.message(t, c.root).Names()
		var fields []string
		for _, name := range c.path {
			fields, at = named(at, name)
		}
		if !slices.Equal(fields, c.want) {
			t.Errorf("%s %q: further names %q, want %q", c.root, c.path, fields, c.want)
		}
	}
}

func TestNamesOfATypeAreOnePlace(t *testing.T) {
	t.Parallel()
	fix := load(t)
	root := fix.message(t, "shop.Customer").Names()
	_, friend := named(root, "friend")
	_, home := named(root, "home")
	_, addresses := named(root, "addresses")
	if root != friend || home != addresses || root == home {
		t.Error("places of one type differ, or those of two are the same")
	}
	for _, leaf := range []string{"born", "free", "fullName", "countById", "anyValue"} {
		if _, below := named(root, leaf); below != nil {
			t.Errorf("there are names below %s", leaf)
		}
	}
	if (protobuf.Message{}).Names() != nil {
		t.Error("the zero message has names")
	}
}
