package filter

import (
	"net/http"

	"github.com/privet-gateway/privet/internal/view"
	"github.com/privet-gateway/privet/rules"
)

// Reads says that bodies of a medium have a view as JSON, and a filter that reads it.
func (m Media) Reads() bool {
	switch m {
	case JSON, Lines, Sequence, Events, Padding, Form, Table, Multipart, XMLData, Messages:
		return true
	default:
		return false
	}
}

// Streams says that a body is made of documents, each of which a reader takes as it comes.
func (m Media) Streams() bool { return m == Lines || m == Sequence || m == Events || m == Messages }

// read begins a body of a format other than JSON.
func (b *Body) read(job view.Job, spec BodySpec) {
	job = b.judge.jobOf(job, spec.Media)
	switch spec.Media {
	case Events:
		job.Withheld = b.judge.withhold
		b.reader = view.NewEvents(job)
	case Padding:
		b.reader = view.NewPadded(job, spec.Called)
	case Form:
		if b.form == nil {
			b.form = new(view.Form)
		}
		b.form.Reset(job)
		b.reader = b.form
	case Table:
		if b.table == nil {
			b.table = new(view.Table)
		}
		b.table.Reset(job, columnsIn(spec.Type))
		b.reader = b.table
	case XMLData:
		if b.xml == nil {
			b.xml = view.NewXML(job)
		} else {
			b.xml.Reset(job)
		}
		b.reader = b.xml
	default:
		if b.reader = readerOf(job, spec.Media, spec.Type); b.reader == nil {
			b.failed = refuseType(spec.Direction)
		}
	}
}

// jobOf asks the judge as the values of a medium want it.
func (j *judge) jobOf(job view.Job, media Media) view.Job {
	switch media {
	case Form, Table:
		job.Visitor = untyped{j}
	case Multipart:
		job.Texts = untyped{j}
	case XMLData:
		job.Visitor, job.Set = elements{j}, j.paths.beside()
	default:
	}
	return job
}

// readerOf begins a body of a format other than JSON, or a part of one; nil where there is no filter for it.
func readerOf(job view.Job, media Media, contentType string) view.Filter {
	if j, ok := job.Visitor.(*judge); ok {
		job = j.jobOf(job, media)
	}
	switch media {
	case Lines:
		return view.NewLines(job)
	case Sequence:
		return view.NewSequence(job)
	case Form:
		return view.NewForm(job)
	case Table:
		return view.NewTable(job, columnsIn(contentType))
	case Multipart:
		return view.NewMultipart(job, boundaryIn(contentType), partOf)
	case XMLData:
		return view.NewXML(job)
	default:
		return nil
	}
}

// refuseType refuses a body that has no view as JSON.
func refuseType(dir rules.Direction) *Refusal {
	r := &Refusal{Status: http.StatusUnsupportedMediaType, Code: "type", Detail: "no filter reads this media type"}
	if dir == rules.Response {
		r.Status = http.StatusBadGateway
	}
	return r
}
