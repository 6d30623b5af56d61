package rules

import "fmt"

func (l *loader) categories(n *node) {
	l.policy.categories = map[string]*Category{}
	for _, e := range l.entries(n, `"categories"`) {
		if l.id(e.key, "category") {
			l.policy.categories[e.key.text] = l.category(e)
		}
	}
}

func (l *loader) category(e entry) *Category {
	f := l.shaped(e.value, "category")
	c := &Category{ID: e.key.text, Title: e.key.text, At: e.key.at, BuiltIn: e.key.builtIn, index: -1}
	if title := l.text(f.value("title"), "title"); title != "" {
		c.Title = title
	}
	for _, item := range l.items(f.value("purposes"), `"purposes" of a category`) {
		if id := declared(l, item, "purpose", l.policy.purposes); id != "" {
			l.use(c, Use{Purpose: id, Action: Action{Kind: Keep, At: item.at}, At: item.at}, &c.Purposes)
		}
	}
	for _, a := range l.entries(f.value("actions"), `"actions"`) {
		action := l.action(a.value)
		if id := declared(l, a.key, "purpose", l.policy.purposes); id != "" {
			l.use(c, Use{Purpose: id, Action: action, At: a.key.at}, &c.Actions)
		}
	}
	c.Otherwise = Action{Kind: Remove, At: c.At}
	if otherwise := f.value("otherwise"); otherwise != nil {
		c.Otherwise = l.action(otherwise)
	}
	c.Choice = l.flag(f.value("choice"), "choice")
	if l.word(f.value("regime"), "the regime of a category", OptIn.String()) != "" {
		c.Regime = OptIn
	}
	l.sharedID(c)
	return c
}

func (l *loader) use(c *Category, u Use, list *[]Use) {
	if first, twice := c.use(u.Purpose); twice {
		l.wrong(u.At, fmt.Sprintf("category %s names purpose %s twice, first at %s", quoted(c.ID), quoted(u.Purpose), first.At),
			"name it once, under purposes or under actions")
		return
	}
	*list = append(*list, u)
}

// sharedID keeps the ids of a consent form apart: a choice names a purpose or a category.
func (l *loader) sharedID(c *Category) {
	if !c.Choice {
		return
	}
	if c.ID == "all" {
		l.wrong(c.At, `"all" is no id of a category with choice: the consent form means everything by it`, "choose another id")
	}
	if p, taken := l.policy.purposes[c.ID]; taken {
		l.wrong(c.At, fmt.Sprintf("category %s has a choice and the id of the purpose at %s, and a consent form could not tell them apart", quoted(c.ID), p.At),
			"rename one of the two, or remove choice")
	}
}

// index numbers what a person may choose: purposes first, then categories with choice, each sorted by id.
func (l *loader) index() {
	next := 0
	for _, p := range l.policy.Purposes() {
		p.index = next
		next++
		if p.Default {
			l.policy.defaultPurpose = p.ID
		}
	}
	for _, c := range l.policy.Categories() {
		if !c.Choice {
			continue
		}
		if next == maxChoosables {
			l.wrong(c.At, fmt.Sprintf("there are more than %d purposes and categories with choice", maxChoosables), "remove some")
		}
		c.index = next
		next++
	}
	if n := len(l.policy.purposes); n > maxChoosables {
		l.wrong(l.policy.Purposes()[maxChoosables].At, fmt.Sprintf("there are more than %d purposes", maxChoosables), "remove some")
	}
}
