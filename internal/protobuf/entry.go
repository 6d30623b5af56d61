package protobuf

// pair is an entry of a map: its key and its value, of which either may be missing and is the zero value then.
type pair struct {
	key, value item
	parts      opened // of the value, where that is a message
	from, to   int    // its marks
}

// entries writes a map. Of the entries with one key the last counts, and stands where it stands.
func (v *View) entries(o opened, f *field, from, to int) error {
	last, err := v.lastOfEach(o, f, from, to)
	if err != nil {
		return err
	}
	v.json = append(v.json, '{')
	for i := from; i < to; i++ {
		it := itemAt(o.s, offsetOf(v.marks[i]))
		if err := v.room(o.m, it.span.at); err != nil {
			return err
		}
		first, choices := len(v.marks), len(v.chosen)
		p, err := v.pairAt(f.message, it.span)
		if err != nil {
			return err
		}
		before := len(v.json)
		v.comma()
		key := len(v.json)
		v.key(f.message, p.key)
		overwritten := last != nil && last[string(v.json[key:])] != i
		v.json = append(v.json, ':')
		err = v.entryValue(f.message, p)
		if overwritten {
			v.json = v.json[:before]
			v.lossy = true
		}
		v.marks, v.chosen = v.marks[:first], v.chosen[:choices]
		if err != nil {
			return err
		}
	}
	v.json = append(v.json, '}')
	return nil
}

// lastOfEach finds the last entry with each key, as written in JSON. One entry alone is the last.
func (v *View) lastOfEach(o opened, f *field, from, to int) (map[string]int, error) {
	if to-from == 1 {
		return nil, nil
	}
	last := make(map[string]int, to-from)
	before := len(v.json)
	for i := from; i < to; i++ {
		first, choices := len(v.marks), len(v.chosen)
		p, err := v.pairAt(f.message, itemAt(o.s, offsetOf(v.marks[i])).span)
		if err != nil {
			return nil, err
		}
		v.key(f.message, p.key)
		last[string(v.json[before:])] = i
		v.json, v.marks, v.chosen = v.json[:before], v.marks[:first], v.chosen[:choices]
	}
	return last, nil
}

// pairAt leaves the entry's marks on the stack.
func (v *View) pairAt(entry *message, s span) (pair, error) {
	p := pair{key: item{span: span{at: s.at}}, value: item{span: span{at: s.at}}}
	p.parts = opened{m: entry, s: s, first: len(v.marks), choices: len(v.chosen)}
	if err := v.scan(entry, s); err != nil {
		return p, err
	}
	p.from, p.to = len(v.marks), len(v.marks)
	for i := p.parts.first; i < len(v.marks); i++ {
		it := itemAt(s, offsetOf(v.marks[i]))
		if entry.fields[slotOf(v.marks[i])].number == entryKey {
			p.key = it
			continue
		}
		p.value, p.from = it, min(p.from, i)
	}
	return p, nil
}

// key writes a map's key, which in JSON is always a string.
func (v *View) key(entry *message, key item) {
	before := len(v.json)
	v.scalar(entry.only(entryKey), key)
	if v.json[before] != '"' {
		v.json = append(v.json, 0, '"')
		copy(v.json[before+1:], v.json[before:len(v.json)-2])
		v.json[before] = '"'
	}
}

func (v *View) entryValue(entry *message, p pair) error {
	f := entry.only(entryValue)
	switch {
	case f.message == nil:
		v.scalar(f, p.value)
		return nil
	case p.from == p.to:
		return v.render(f.message, p.value.span)
	default:
		return v.renderJoined(f.message, p.parts, p.from, p.to)
	}
}
