package view

import "github.com/privet-gateway/privet/internal/jsonpath"

// record edits the documents of a body one after another, and knows which of them were removed as a whole: those leave
// nothing, where a body that is one document leaves null.
type record struct {
	job     Job
	editor  *jsonpath.Editor
	selects bool // a path selects whole documents
	asked   bool // about the document at hand
	removed bool
}

func newRecord(job Job) *record {
	r := &record{job: job, selects: job.Set.SelectsRoot()}
	r.editor = jsonpath.NewEditor(job.Set, r, job.Limits)
	return r
}

// feed takes a piece of the document and gives what may go out of it.
func (r *record) feed(p []byte) ([]byte, error) {
	out, err := r.editor.Feed(p)
	if r.removed {
		return nil, err
	}
	return out, err
}

// end ends the document and makes ready for the next.
func (r *record) end() (out []byte, removed bool, err error) {
	out, err = r.editor.Close()
	if removed = r.removed; removed {
		out = nil
	}
	r.reset()
	return out, removed, err
}

// reset gives up the document at hand.
func (r *record) reset() {
	r.editor.Reset(r.job.Set, r, r.job.Limits)
	r.asked, r.removed = false, false
}

// Visit implements jsonpath.Visitor. A path that selects the document is heard of before any other.
func (r *record) Visit(p jsonpath.Place) jsonpath.Verdict {
	v := r.job.Visitor.Visit(p)
	if r.selects && !r.asked && v.Do != jsonpath.Hold {
		r.note(v)
	}
	return v
}

// Held implements jsonpath.Visitor.
func (r *record) Held(p jsonpath.Place, value []byte) jsonpath.Verdict {
	v := r.job.Visitor.Held(p, value)
	if r.selects && !r.asked {
		r.note(v)
	}
	return v
}

// Leave implements jsonpath.Visitor.
func (r *record) Leave(p jsonpath.Place) { r.job.Visitor.Leave(p) }

// Names gives those of the members inside the place about which the Visitor is being asked; see jsonpath.Editor.
func (r *record) Names() *jsonpath.Names { return r.editor.Names() }

func (r *record) note(v jsonpath.Verdict) {
	r.asked = true
	switch v.Do {
	case jsonpath.Remove, jsonpath.Hold: // Hold again is Remove
		r.removed = true
	case jsonpath.Replace:
		r.removed = len(v.Value) == 0
	case jsonpath.Descend:
	}
}
