package filter

import (
	"fmt"
	"sync"

	"github.com/privet-gateway/privet/internal/jsonpath"
	"github.com/privet-gateway/privet/rules"
)

// Limits bound what one body may make a filter hold.
type Limits struct {
	Held  int // bytes of one value or element; 0 means 1 MiB
	Depth int // levels of nesting; 0 means 10,000
}

// Plan is a decision compiled to filters. It is immutable and safe for concurrent use.
type Plan struct {
	labels  *rules.Labels
	paths   [2]*bodyPaths // by direction; nil where no body is labelled
	columns columns       // query and header labels by name
	tokens  *Pseudonyms
	limits  Limits
	glance  glance
	outcome string // the id of the decision it was made from
	variant string // of that decision
}

// glance is what the paths of tags in disguise may begin with, behind their slash, and end in.
type glance struct {
	starts, ends [256]bool
}

// bodyPaths are the labelled places of a body in one direction, as one automaton. Path i is labels[i]; behind them stand
// the places that `allow` lists, then the elements of `each`, and then, where there is `allow`, what nothing names.
type bodyPaths struct {
	set    *jsonpath.Set
	labels []int // number in Labels.All of each path
	allow  int   // how many places are listed
	each   []element
	at     rules.Position // of the rule for which the body is read
	// overrides[i] has bit j where label i settles a place that both label; one word for each 64 labels.
	overrides [][]uint64
	anywhere  bool // each path selects members by their name alone
	inArrays  bool // and selects in the elements of an array what it does in a document

	trees  trees           // of set, for messages
	toText []jsonpath.Path // all paths, and those to the text of an element that each label brings along
	once   sync.Once       // for xml
	xml    *jsonpath.Set
}

// element is one `each` with its look-ups parsed.
type element struct {
	subject, residence       jsonpath.Path
	hasSubject, hasResidence bool
}

// Compile makes the plan of a decision. An error means that a path cannot be compiled; nothing may pass then.
func Compile(d *rules.Decision, tokens *Pseudonyms, limits Limits) (*Plan, error) {
	p := &Plan{labels: d.Labels(), tokens: tokens, limits: limits, columns: compileColumns(d.Labels())}
	p.glance.starts, p.glance.ends = d.Glance()
	p.outcome, p.variant = d.ID(), tokens.variantOf(d)
	for _, dir := range []rules.Direction{rules.Request, rules.Response} {
		if !d.Labels().Body(dir) {
			continue
		}
		paths, err := compilePaths(d.Labels(), dir)
		if err != nil {
			return nil, err
		}
		p.paths[dir] = paths
	}
	return p, nil
}

func compilePaths(labels *rules.Labels, dir rules.Direction) (*bodyPaths, error) {
	b := &bodyPaths{}
	var paths []jsonpath.Path
	all := labels.All()
	for i := range all {
		if all[i].Part != rules.Body || !all[i].In(dir) {
			continue
		}
		path, err := jsonpath.Parse(all[i].Field)
		if err != nil {
			return nil, fmt.Errorf("compiling the path at %s: %w", all[i].FieldAt, err)
		}
		paths = append(paths, path)
		b.labels = append(b.labels, i)
	}
	b.overrides = overrides(all, b.labels)
	if dir == rules.Response {
		for _, allow := range labels.Allow() {
			path, err := jsonpath.Parse(allow.Field)
			if err != nil {
				return nil, fmt.Errorf("compiling the path at %s: %w", allow.FieldAt, err)
			}
			paths = append(paths, path)
			b.allow++
		}
	}
	for _, each := range labels.Each() {
		of, err := jsonpath.Parse(each.Of)
		if err != nil {
			return nil, fmt.Errorf("compiling the elements at %s: %w", each.At, err)
		}
		e, err := compileElement(each)
		if err != nil {
			return nil, err
		}
		paths = append(paths, of)
		b.each = append(b.each, e)
	}
	b.set, b.toText = b.compile(paths), paths
	b.at = firstOf(labels, b.labels)
	b.reach(paths)
	for _, path := range paths[:len(b.labels)] {
		text, err := textOf(path)
		if err != nil {
			return nil, fmt.Errorf("compiling the path to the text of %s: %w", path, err)
		}
		b.toText = append(b.toText, text)
	}
	return b, nil
}

// compile joins paths, of which the labels and what is listed stand first.
func (b *bodyPaths) compile(paths []jsonpath.Path) *jsonpath.Set {
	if b.allow > 0 {
		return jsonpath.CompileStrict(paths, len(b.labels)+b.allow)
	}
	return jsonpath.Compile(paths)
}

// ruleOf is the line of the policy that a path is from.
func (b *bodyPaths) ruleOf(path int, labels *rules.Labels) rules.Position {
	each := path - len(b.labels) - b.allow
	switch {
	case path < len(b.labels):
		return labels.All()[b.labels[path]].At
	case each < 0:
		return labels.Allow()[path-len(b.labels)].At
	case each < len(b.each):
		return labels.Each()[each].At
	default:
		return b.at
	}
}

// firstOf is the line of the policy for which a body must be read at all.
func firstOf(labels *rules.Labels, own []int) rules.Position {
	switch {
	case len(own) > 0:
		return labels.All()[own[0]].At
	case len(labels.Allow()) > 0:
		return labels.Allow()[0].At
	default:
		return labels.Each()[0].At
	}
}

func compileElement(each rules.Each) (e element, err error) {
	if each.Subject != "" {
		if e.subject, err = jsonpath.Parse(each.Subject); err != nil {
			return e, fmt.Errorf("compiling the subject at %s: %w", each.At, err)
		}
		e.hasSubject = true
	}
	if each.Residence != "" {
		if e.residence, err = jsonpath.Parse(each.Residence); err != nil {
			return e, fmt.Errorf("compiling the residence at %s: %w", each.At, err)
		}
		e.hasResidence = true
	}
	return e, nil
}

// overrides precomputes which labels settle a place that others label too.
func overrides(all []rules.Label, numbers []int) [][]uint64 {
	out := make([][]uint64, len(numbers))
	for i := range numbers {
		out[i] = make([]uint64, (len(numbers)+63)/64)
		for j := range numbers {
			if all[numbers[i]].Overrides(&all[numbers[j]]) {
				out[i][j/64] |= 1 << (j % 64)
			}
		}
	}
	return out
}

// Filters says that a body in this direction must be read.
func (p *Plan) Filters(dir rules.Direction) bool { return p.paths[dir] != nil }

// Labelled says that an endpoint's own labels, beyond those of every endpoint, hold for a body in this direction.
func (p *Plan) Labelled(dir rules.Direction) bool { return p.labels.Endpoint(dir) }

// Variant names what a decision and the key of its pseudonyms make of a response, for VariantSpec and Validation.
func (p *Plan) Variant(d *rules.Decision) string {
	if d.ID() == p.outcome {
		return p.variant
	}
	return p.tokens.variantOf(d)
}

func (t *Pseudonyms) variantOf(d *rules.Decision) string {
	if t == nil {
		return d.ID()
	}
	return d.ID() + "_" + t.ids[0]
}
