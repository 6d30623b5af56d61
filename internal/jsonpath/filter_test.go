package jsonpath

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseFilter(t *testing.T) {
	t.Parallel()
	tests := []struct{ query, normalized string }{
		{"$.messages[?@.kind=='sms'].body", "$['messages'][?@['kind']=='sms']['body']"},
		{`$[? @ .a [ 'b' ] [0]  == "it's" ]`, `$[?@['a']['b'][0]=='it\'s']`},
		{"$[?(@.a)]", "$[?@['a']]"},
		{"$[?((@.a||@.b)||@.c)]", "$[?@['a']||@['b']||@['c']]"},
		{"$[?(@.a&&@.b)||@.c]", "$[?@['a']&&@['b']||@['c']]"},
		{"$[?(@.a||@.b) && @.c]", "$[?(@['a']||@['b'])&&@['c']]"},
		{"$[?!(@.a) || ! (@.a == 1)]", "$[?!@['a']||!(@['a']==1)]"},
		{"$[?!(!@.a)]", "$[?!(!@['a'])]"},
		{"$[?!(@.a && @.b)]", "$[?!(@['a']&&@['b'])]"},
		{"$[?1e2==@.a]", "$[?100==@['a']]"},
		{"$[?@==-0.0 || @>= 1.50e1 || @<-12e-3 || @!=1e400]", "$[?@==0||@>=15||@<-0.012||@!=1e400]"},
		{"$[?@==12345678901234567890.10]", "$[?@==12345678901234567890.1]"},
		{"$[?@==true||@==false||@==null]", "$[?@==true||@==false||@==null]"},
		{"$[?count( $..* ) > length ( @.a )]", ""},
		{"$[?count( $..* ) > length( value( @..b ) )]", "$[?count($..[*])>length(value(@..['b']))]"},
		{`$[?match(@.a , "a.*") , ? search( @ , $.p )]`, "$[?match(@['a'],'a.*'),?search(@,$['p'])]"},
		{"$..[?@[?@.x[?@>1]]]", "$..[?@[?@['x'][?@>1]]]"},
		{`$[?@=="\u00e9\n\"'"]`, `$[?@=='é\n"\'']`},
	}
	for _, test := range tests {
		p, err := Parse(test.query)
		if test.normalized == "" {
			if err == nil {
				t.Errorf("%s: read", test.query)
			}
			continue
		}
		if err != nil || p.Normalized() != test.normalized || p.Singular() {
			t.Errorf("%s: %s, %v", test.query, p.Normalized(), err)
			continue
		}
		again, err := Parse(p.Normalized())
		if err != nil || again.Normalized() != p.Normalized() {
			t.Errorf("%s: normalized text does not come back: %s, %v", test.query, again.Normalized(), err)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	t.Parallel()
	const (
		noExpression = "no expression here; write a query such as @.name, a literal or a function"
		unknownWord  = "unknown word; write true, false, null, a function, or text in quotes"
		notClosed    = "selector is not closed; write , and another selector, or ]"
		single       = "a query that may select several places cannot be compared; use names and indices only, or count() or value()"
	)
	tests := []struct {
		query  string
		offset int
		msg    string
	}{
		{"$[?]", 3, noExpression},
		{"$[?@.a==]", 8, noExpression},
		{"$[?@.a=1]", 6, notClosed},
		{"$[?@.a && ]", 10, noExpression},
		{"$[?@.a & @.b]", 7, notClosed},
		{"$[?!@.a==1]", 7, notClosed},
		{"$[?(@.a]", 7, "expression goes on in an unknown way; write ), && or ||"},
		{"$[?(@.a", 3, "parenthesis is not closed; end it with )"},
		{"$[?@..a==1]", 3, single},
		{"$[?1==@.*]", 6, single},
		{"$[?'a']", 3, "a literal alone is no test; compare it, as in @.name == 'text'"},
		{"$[?@.a || true]", 10, "a literal alone is no test; compare it, as in @.name == 'text'"},
		{"$[?count(@.*)]", 3, "the result of this function is no test; compare it, as in count(@.*) > 1"},
		{"$[?match(@.a,'a')==true]", 3, "match and search cannot be compared; write them alone"},
		{"$[?count(1)==1]", 9, "count and value take a query; write one, such as @.*"},
		{"$[?length(@.*)==1]", 10, "a query that may select several places is no single value; use names and indices only, or value()"},
		{"$[?length(match(@,'a'))==1]", 10, "no function takes the result of match and search; write a query, a literal or another function"},
		{"$[?length(!@.a)==1]", 10, "no function takes a test; write a query, a literal or a function"},
		{"$[?length(@.a@.b)==1]", 13, "argument goes on in an unknown way; write , and another one, or )"},
		{"$[?length(@.a", 9, "parenthesis is not closed; end it with )"},
		{"$[?length()==1]", 3, "wrong number of arguments; length, count and value take one, match and search two"},
		{"$[?match(@)]", 3, "wrong number of arguments; length, count and value take one, match and search two"},
		{"$[?size(@)==1]", 3, "unknown function; use length, count, match, search or value"},
		{"$[?count (@.*)==1]", 8, "white space behind the name of a function; write ( at once"},
		{"$[?@==True]", 6, noExpression},
		{"$[?@==nil]", 6, unknownWord},
		{"$[?@==1.]", 6, "broken number; write one as in JSON, such as -1.5e3"},
		{"$[?@==01]", 6, "broken number; write one as in JSON, such as -1.5e3"},
		{"$[?@=='a]", 6, "text is not closed; end it with the quote it begins with"},
		{"$[?@=='\n']", 7, "control character in a text; write it as an escape, such as \\n or \\u000a"},
		{"$[?search(@,'a**')]", 12, "pattern is no I-Regexp of RFC 9485; write one without look-around, \\d and the like, and with at most 1000 repeats"},
		{"$[?@.a[]]", 7, "no selector here; write 'name', *, an index, a slice or ?filter"},
		{"$[?" + strings.Repeat("(", 101) + "@" + strings.Repeat(")", 101) + "]", 103, "expression nests more than 100 levels; write a flatter one"},
		{strings.Repeat("$[?", 200), 303, "expression nests more than 100 levels; write a flatter one"},
	}
	for _, test := range tests {
		_, err := Parse(test.query)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset != test.offset || syntax.Msg != test.msg {
			t.Errorf("%q: %v; want byte %d: %s", test.query, err, test.offset, test.msg)
		}
	}
}

// selected gives the raw values that a query selects, at every kind of split.
func selected(t *testing.T, query, doc string) []string {
	t.Helper()
	set := compile(t, query)
	var want []string
	for split, way := range splits(t, len(doc)) {
		got := []string{}
		out, err := run(set, visits(func(p Place) { got = append(got, doc[p.Offset:valueEnd([]byte(doc), int(p.Offset))]) }), []byte(doc), way)
		if err != nil || string(out) != doc {
			t.Fatalf("%s, %s: %q, %v", query, split, out, err)
		}
		if want != nil && !slices.Equal(got, want) {
			t.Fatalf("%s, %s: %q, else %q", query, split, got, want)
		}
		want = got
	}
	return want
}

func TestFilters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query, doc string
		want       []string
	}{
		{"$.m[?@.kind=='sms'].body", `{"m":[{"kind":"sms","body":1},{"body":2,"kind":"sms"},{"kind":"mail","body":3},{"k\u0069nd":"sm\u0073","body":4}]}`, []string{"1", "2", "4"}},
		{"$[?@.a]", `{"x":{"a":null},"y":{"b":1},"z":["a"],"w":"a"}`, []string{`{"a":null}`}},
		// Numbers are exact.
		{"$[?@==9007199254740993]", `[9007199254740992,9007199254740993,9007199254740993.0,90071992547409930e-1]`, []string{"9007199254740993", "9007199254740993.0", "90071992547409930e-1"}},
		{"$[?@>1e400]", `[1e400,1.0000000000000000000000001e400,9e399,1e401]`, []string{"1.0000000000000000000000001e400", "1e401"}},
		{"$[?@<=-0]", `[0,-0,0e9,-0.0,-1e-400,1e-400]`, []string{"0", "-0", "0e9", "-0.0", "-1e-400"}},
		{"$[?@==1e99999999999999999999]", `[1e99999999999999999999,1,1e99]`, []string{"1e99999999999999999999"}},
		// Arrays and objects are compared whole.
		{"$.v[?@==$.w]", `{"w":{"a":[1,{"b":2.0}],"c":"\u0064"},"v":[{"c":"d","a":[1.0,{"b":2}]},{"a":[1,{"b":2}]},{"a":[{"b":2},1],"c":"d"},null]}`, []string{`{"c":"d","a":[1.0,{"b":2}]}`}},
		{"$.v[?@!=$.w]", `{"w":[1,2],"v":[[1,2],[2,1],[1],[1,2,3],[]]}`, []string{"[2,1]", "[1]", "[1,2,3]", "[]"}},
		{"$[?@.a<=@.b]", `[{"a":null,"b":null},{"a":[1],"b":[1]},{"a":"a","b":"b"},{"a":2,"b":1},{"a":1,"b":"2"},{}]`, []string{`{"a":null,"b":null}`, `{"a":[1],"b":[1]}`, `{"a":"a","b":"b"}`, "{}"}},
		// Functions.
		{"$[?length(@)==2]", `["ab","a","\ud83d\ude00b","\ud800é",[1,2],{"a":1,"b":{"c":1}},12,{"a":[1,2]}]`, []string{`"ab"`, `"\ud83d\ude00b"`, `"\ud800é"`, "[1,2]", `{"a":1,"b":{"c":1}}`}},
		{"$[?count(@..*)==3]", `[[1,2,3],[[[1]]],[1],{"a":{"b":{"c":0}}},3]`, []string{"[1,2,3]", "[[[1]]]", `{"a":{"b":{"c":0}}}`}},
		{"$[?count(@['a','a'])==2]", `[{"a":1},{"b":1}]`, []string{`{"a":1}`}},
		{"$[?count(@..*..*)==3]", `[[[[1]]],[[1]]]`, []string{"[[[1]]]"}},
		{"$[?value(@..x)==1]", `[{"x":1},{"y":{"x":1}},{"x":1,"y":{"x":1}},{"x":2}]`, []string{`{"x":1}`, `{"y":{"x":1}}`}},
		{"$[?@[-1]==3||@[1:-1]]", `[[1,2,3],[3,1],[],[1,2,4]]`, []string{"[1,2,3]", "[1,2,4]"}},
		{"$[?search(@,'^a.c$')]", `["abc","a\nc","xabc","abcx"]`, []string{`"abc"`}},
		{"$[?@[?@[?@>1]]]", `[[[2]],[[1]],[2],{"a":{"b":5}}]`, []string{"[[2]]", `{"a":{"b":5}}`}},
		// The rest of the document is at hand, what stands later too.
		{"$.rows[?@.id==$.keep].name", `{"rows":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"keep":2}`, []string{`"b"`}},
		{"$[?@.a][?@>1]", `[{"a":1,"b":2},{"b":3}]`, []string{"2"}},
		{"$..[?@.a,?@.b,0]", `[{"a":{"b":1}},{"c":1}]`, []string{`{"a":{"b":1}}`, `{"b":1}`}},
		{"$[?@.a,'x','y']", `{"x":1,"z":{"a":2},"y":{"a":3},"w":4}`, []string{"1", `{"a":2}`, `{"a":3}`}},
		{"$[?@]", `"text"`, []string{}},
	}
	for _, test := range tests {
		if got := selected(t, test.query, test.doc); !slices.Equal(got, test.want) {
			t.Errorf("%s on %s: %q, want %q", test.query, test.doc, got, test.want)
		}
	}
}

// TestRepeatedNames takes a filter for true where any reader may find it so.
func TestRepeatedNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query, doc string
		want       bool
	}{
		{"$[?@.a==1]", `[{"a":1,"a":2}]`, true},
		{"$[?@.a==2]", `[{"a":1,"\u0061":2}]`, true},
		{"$[?@.a==3]", `[{"a":1,"a":2}]`, false},
		{"$[?@.a!=1]", `[{"a":1,"a":2}]`, true},
		{"$[?@.a!=1]", `[{"a":1,"a":1}]`, false},
		{"$[?!(@.a==1)]", `[{"a":1,"a":2}]`, true},
		{"$[?!(@.a==1)]", `[{"a":1,"a":1}]`, false},
		{"$[?!@.a]", `[{"a":1,"a":2}]`, false},
		{"$[?!@.a.b]", `[{"a":{"b":1},"a":{}}]`, true},
		{"$[?!@.a.b]", `[{"a":{"b":1},"a":{"b":2}}]`, false},
		{"$[?@.a==@.c]", `[{"a":{"b":1},"a":{"b":2},"c":{"b":2}}]`, true},
		{"$[?@.a.b==@.x]", `[{"a":{"b":1},"a":{}}]`, true},
		{"$[?!@..b]", `[{"a":{"b":1},"a":{}}]`, true},
		{"$[?!@..b]", `[{"a":{"b":1},"c":0,"c":1}]`, false},
		{"$[?!@[?@.b]]", `[{"a":{"b":1},"a":[]}]`, true},
		{"$[?!@[?@.b]]", `[{"a":[],"a":{"b":1}}]`, true},
		{"$[?!@[?@.b]]", `[{"a":{"b":1},"c":0,"c":1}]`, false},
		{"$[?count(@.*)==1]", `[{"a":1,"a":2}]`, true},
		{"$[?count(@.*)==1]", `[{"a":1,"b":2}]`, false},
		{"$[?length(@)==1]", `[{"a":1,"a":2}]`, true},
		{"$[?value(@.*)==2]", `[{"a":1,"a":2}]`, true},
		{"$[?value(@.*)==2]", `[{"a":1,"b":2}]`, false},
		{"$[?@.a==$[1]]", `[{"a":{"b":1,"b":2}},{"b":2}]`, true},
		{"$[?@.a==$[1]]", `[{"a":{"b":1,"c":2}},{"b":2}]`, false},
		{"$[?@.a&&!@.a.b]", `[{"a":{},"a":{"b":0}}]`, true},
		{"$[?match(@.a,'x')]", `[{"a":"y","a":"x"}]`, true},
		{"$[?!match(@.a,'x')]", `[{"a":"y","a":"x"}]`, true},
	}
	for _, test := range tests {
		if got := slices.ContainsFunc(selected(t, test.query, test.doc), func(v string) bool { return strings.HasPrefix(test.doc[1:], v) }); got != test.want {
			t.Errorf("%s on %s: %t", test.query, test.doc, got)
		}
	}
}
