package view

import (
	"fmt"

	"github.com/privet-gateway/privet/internal/jsonpath"
)

// Filter edits one body as its bytes go by. It is not safe for concurrent use.
type Filter interface {
	// Feed takes the next bytes and gives those that may go out: valid until the next call, and perhaps part of p. An error,
	// an *Error or a *jsonpath.Error, is final; nothing goes out with it.
	Feed(p []byte) (out []byte, err error)
	// Close ends the body and gives what is left of it. A body that is not complete is refused.
	Close() (out []byte, err error)
}

// Job is what the filter of any format works by.
type Job struct {
	Set     *jsonpath.Set
	Visitor jsonpath.Visitor // asked about places of the view; offsets it is told are those of the view
	// Texts is asked instead about parts of a multipart form that are text and no JSON; the Visitor where it is nil.
	Texts  jsonpath.Visitor
	Limits jsonpath.Limits
	// Withheld hears of a document that is given up in the middle and left out, since it is not JSON: an event of a
	// stream. The Visitor's next place is of another document. It may be nil.
	Withheld func()
}

// held is how many bytes may wait for a verdict.
func (j Job) held() int {
	if j.Limits.Held > 0 {
		return j.Limits.Held
	}
	return 1 << 20 // the Editor's default
}

// Error refuses a body that is not what its format says. It never quotes the body.
type Error struct {
	Format string // as docs name it: "CSV", "XML"
	Kind   jsonpath.ErrorKind
	Offset int64  // bytes into the body: the offending byte, or the first byte that had to be held
	What   string // what is wrong, where the kind does not say enough; may be ""
	Paths  []int  // for TooLarge: the paths whose value had to be held
}

func (e *Error) Error() string {
	if e.What != "" {
		return fmt.Sprintf("%s %s at byte %d: %s", e.Format, e.Kind, e.Offset, e.What)
	}
	return fmt.Sprintf("%s %s at byte %d", e.Format, e.Kind, e.Offset)
}

// blaming gives an error of a format the paths for which an editor of its view had to hold too much.
func blaming(err error, cause *jsonpath.Error) error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // just made, and wrapped by nobody
		e.Paths = cause.Paths
	}
	return err
}
