package subscription

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	// maxTime is how long a fetch may take, its redirects and its body included.
	maxTime = 2 * time.Minute
	// MaxBody is the most that a text may have, in bytes, decoded.
	MaxBody = 32 << 20
	// maxRedirects is plenty: a download site sends to a mirror.
	maxRedirects = 5
	// maxValidator bounds what a server may have us keep and send back.
	maxValidator = 1 << 10
)

var (
	errInsecure  = errors.New("it is redirected to a URL that is no https")
	errRedirects = errors.New("it is redirected too often")
	errTooLarge  = errors.New("it is larger than 32 MiB")
)

// StatusError is an answer that is neither the text nor the news that it has not changed.
type StatusError int

func (e StatusError) Error() string { return fmt.Sprintf("the server answers with status %d", int(e)) }

// stayPrivate follows redirects to https alone: whoever may change a list may say who is let through.
func stayPrivate(r *http.Request, via []*http.Request) error {
	switch {
	case r.URL.Scheme != "https":
		return errInsecure
	case len(via) > maxRedirects:
		return errRedirects
	default:
		return nil
	}
}

// fetch asks for the text, unless it is the last one.
func (k *Keeper) fetch(ctx context.Context, f Feed, last Text) (Text, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
	if err != nil {
		return Text{}, errURL
	}
	if last.etag != "" {
		request.Header.Set("If-None-Match", last.etag)
	}
	if last.changed != "" {
		request.Header.Set("If-Modified-Since", last.changed)
	}
	request.Header.Set("User-Agent", "privet")
	response, err := k.client.Do(request)
	if err != nil {
		return Text{}, reasonOf(err)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotModified && len(last.Body) > 0:
		return last, nil
	case response.StatusCode != http.StatusOK:
		return Text{}, StatusError(response.StatusCode)
	case response.ContentLength > MaxBody:
		return Text{}, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxBody+1))
	switch {
	case err != nil:
		return Text{}, fmt.Errorf("reading it: %w", reasonOf(err))
	case len(body) > MaxBody:
		return Text{}, errTooLarge
	}
	if err := f.Check(body); err != nil {
		return Text{}, err
	}
	return Text{Body: body, etag: validator(response.Header.Get("ETag")), changed: validator(response.Header.Get("Last-Modified"))}, nil
}

var errURL = errors.New("its URL is none")

func validator(value string) string {
	if len(value) > maxValidator {
		return ""
	}
	return value
}

// reasonOf leaves the URL out of an error, which may hold a secret; who fetches names the list.
func reasonOf(err error) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return outer.Err
	}
	return err
}
