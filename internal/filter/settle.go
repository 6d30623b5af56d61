package filter

import "github.com/privet-gateway/privet/rules"

// about are the decisions that judge a place: those of all elements around it, or the route's.
func (j *judge) about() []*rules.Decision {
	if len(j.decided) > 1 {
		return j.decided[1:]
	}
	return j.decided
}

// settle is the strictest action that the labels at a place come to, by all decisions about it.
func (j *judge) settle(own []int) *rules.Action {
	about := j.about()
	if len(own) == 1 && len(about) == 1 {
		return j.action(about[0], own[0])
	}
	j.met = j.meet(own, about)
	return &j.met
}

func (j *judge) meet(own []int, about []*rules.Decision) rules.Action {
	var strictest rules.Action
	found := false
	for _, path := range own {
		if j.paths.overridden(own, path) {
			continue
		}
		for _, d := range about {
			if a := j.action(d, path); !found || a.Kind < strictest.Kind {
				strictest, found = *a, true
			}
		}
	}
	// The others meet it only now, so that their order does not matter: two unlike actions of one step are remove,
	// unless something stricter than both settles the place.
	for _, path := range own {
		if j.paths.overridden(own, path) {
			continue
		}
		for _, d := range about {
			strictest = rules.Stricter(strictest, *j.action(d, path))
		}
	}
	return strictest
}

func (j *judge) action(d *rules.Decision, path int) *rules.Action {
	return d.Action(j.direction, j.paths.labels[path])
}

// overridden says that a label of a more specific endpoint selects the same place.
func (b *bodyPaths) overridden(own []int, path int) bool {
	for _, by := range own {
		if b.overrides[by][path/64]&(1<<(path%64)) != 0 {
			return true
		}
	}
	return false
}

// note tallies every label that asked for what was done, by the first decision that did. Where none did, as unlike
// actions met at remove, it tallies the first that forbids.
func (j *judge) note(own []int, asked rules.ActionKind, what outcome) {
	if len(own) == 1 && len(j.decided) <= 2 { // one label, one decision: it asked
		j.count(j.about()[0], own[0], asked, what)
		return
	}
	noted := false
	for _, path := range own {
		if j.paths.overridden(own, path) {
			continue
		}
		for _, d := range j.about() {
			if j.action(d, path).Kind == asked {
				j.count(d, path, asked, what)
				noted = true
				break
			}
		}
	}
	if !noted {
		j.noteFirst(own, what)
	}
}

func (j *judge) noteFirst(own []int, what outcome) {
	for _, path := range own {
		for _, d := range j.about() {
			if !j.paths.overridden(own, path) && j.action(d, path).Kind != rules.Keep {
				j.count(d, path, rules.Remove, what)
				return
			}
		}
	}
}

func (j *judge) count(d *rules.Decision, path int, done rules.ActionKind, what outcome) {
	k := fieldKey{decision: d, label: j.paths.labels[path], direction: j.direction, action: done, unfit: what == unfit}
	if k.unfit {
		k.action = rules.Remove
	}
	j.fields.add(k, 1)
}
