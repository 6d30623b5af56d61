package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
)

var errClosed = errors.New("no choices have been read")

// File is choices read from a YAML file, a map from subject to record:
//
//	"42":
//	  grants:  [analytics]
//	  refuses: [advertising, contact_list]
//	  at: 2026-05-01T10:00:00Z        # of the grants; RFC 3339, or a date
//	  restricted: 2026-06-01          # RFC 3339, or a date, which begins at midnight UTC
//	  minor: true
//
// Every key is optional, any other is an error; the file holds at most 1 MiB. File is safe for concurrent use; its zero value answers with an error.
type File struct {
	path     string
	snapshot atomic.Pointer[map[string]Record]
}

var _ Choices = (*File)(nil)

// OpenFile reads a file of choices. Errors in its text are rules.Problems, all of them, with positions and no values.
func OpenFile(path string) (*File, error) {
	f := &File{path: path}
	if err := f.Reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// Reload reads the file again. On an error what was read before stays in force.
func (f *File) Reload() error {
	text, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("reading the choices: %w", err)
	}
	records, problems := parse(f.path, text)
	if len(problems) > 0 {
		return fmt.Errorf("reading the choices: %w", problems)
	}
	f.snapshot.Store(&records)
	return nil
}

// Of gives what the file says of a subject. Nobody has the empty id.
func (f *File) Of(ctx context.Context, subject string) (Record, bool, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, false, fmt.Errorf("looking up choices: %w", err)
	}
	records := f.snapshot.Load()
	if records == nil {
		return Record{}, false, errClosed
	}
	r, ok := (*records)[subject]
	return r, ok, nil
}
