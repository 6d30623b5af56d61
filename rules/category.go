package rules

// Category is a kind of personal data, and what may be done with it.
type Category struct {
	ID        string
	Title     string
	Purposes  []Use    // purposes that see it as it is
	Actions   []Use    // purposes that see it through an action
	Otherwise Action   // for every other purpose; remove by default
	Choice    bool     // a person may refuse it
	Regime    Regime   // OptIn asks for opt-in everywhere; NoRegime leaves it to the place
	BuiltIn   bool     // from the catalogue, and not named by the policy
	At        Position // of the category's id

	index int // in Set; -1 without Choice
}

// Use is what a purpose may do with a category.
type Use struct {
	Purpose string
	Action  Action
	At      Position
}

// use is the action a permitted purpose has on the category, and whether the category names that purpose.
func (c *Category) use(purpose string) (Use, bool) {
	for _, u := range c.Purposes {
		if u.Purpose == purpose {
			return u, true
		}
	}
	for _, u := range c.Actions {
		if u.Purpose == purpose {
			return u, true
		}
	}
	return Use{}, false
}
