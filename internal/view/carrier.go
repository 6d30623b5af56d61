package view

import (
	"math"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// carrier tells the view of a body to an Editor and keeps what its Visitor says of each place until the format has done
// the same to the body. What the Editor writes is the view edited, and is dropped.
type carrier struct {
	editor  *jsonpath.Editor
	visitor jsonpath.Visitor
	told    int64  // bytes of the view so far
	edits   []edit // in the order of their offsets; those before next are done
	next    int
	room    []byte // of the edits' values
}

// edit is what becomes of the value that begins at an offset of the view: removed, or replaced by other JSON text.
type edit struct {
	at       int64
	replaced bool
	from, to int // of the JSON text in carrier.room
}

func newCarrier(job Job) *carrier {
	c := &carrier{}
	c.reset(job)
	return c
}

// reset makes the carrier ready for another body; what it has allocated stays with it.
func (c *carrier) reset(job Job) {
	c.visitor, c.told = job.Visitor, 0
	c.edits, c.room, c.next = c.edits[:0], c.room[:0], 0
	if c.editor == nil {
		c.editor = jsonpath.NewEditor(job.Set, c, job.Limits)
		return
	}
	c.editor.Reset(job.Set, c, job.Limits)
}

// tell hands the next bytes of the view on.
func (c *carrier) tell(text []byte) error {
	c.told += int64(len(text))
	_, err := c.editor.Feed(text)
	return err
}

// end says that the view is complete.
func (c *carrier) end() error {
	_, err := c.editor.Close()
	return err
}

// settled is the offset in the view before which nothing more will be said.
func (c *carrier) settled() int64 { return c.editor.Settled() }

// editAt gives what was said of the value that begins at an offset of the view. Offsets must be asked for in their order,
// and only where they are settled; edits of offsets that were passed over are forgotten.
func (c *carrier) editAt(at int64) (e edit, value []byte, found bool) {
	if c.upcoming(at) == at {
		e, found = c.edits[c.next], true
		value = c.room[e.from:e.to]
		c.next++
	}
	return e, value, found
}

// upcoming is the offset of the first edit at or behind an offset; math.MaxInt64 where nothing has been said.
func (c *carrier) upcoming(at int64) int64 {
	for c.next < len(c.edits) && c.edits[c.next].at < at {
		c.next++
	}
	if c.next == len(c.edits) {
		return math.MaxInt64
	}
	return c.edits[c.next].at
}

// forget makes room once all edits are done.
func (c *carrier) forget() {
	if c.next == len(c.edits) {
		c.edits, c.room, c.next = c.edits[:0], c.room[:0], 0
	}
}

// Visit implements jsonpath.Visitor.
func (c *carrier) Visit(p jsonpath.Place) jsonpath.Verdict { return c.note(p, c.visitor.Visit(p)) }

// Held implements jsonpath.Visitor.
func (c *carrier) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	v := c.visitor.Held(p, value)
	if v.Do == jsonpath.Hold {
		v.Do = jsonpath.Remove // as the Editor takes it
	}
	return c.note(p, v)
}

// Leave implements jsonpath.Visitor.
func (c *carrier) Leave(p jsonpath.Place) { c.visitor.Leave(p) }

func (c *carrier) note(p jsonpath.Place, v jsonpath.Verdict) jsonpath.Verdict {
	switch v.Do {
	case jsonpath.Hold, jsonpath.Descend:
		return v
	default:
	}
	e := edit{at: p.Offset, from: len(c.room), replaced: v.Do == jsonpath.Replace && len(v.Value) > 0}
	if e.replaced {
		c.room = append(c.room, v.Value...)
	}
	e.to = len(c.room)
	c.edits = append(c.edits, e)
	return v
}
