package consent

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxBody bounds what a choice may take, in bytes.
const maxBody = 64 << 10

// form is what a person, or a script of the site, submits.
type form struct {
	grant, refuse []string // ids, or `all`
	offer         []string // ids that were shown
	shown         []string // ids beside which the conflict with GPC was shown
	leave         []string // ids that were shown, and stay as they are unless they are named elsewhere
	back          []string // `return`
	json          bool
}

func readForm(w http.ResponseWriter, r *http.Request) (form, *problem) {
	read, p := decoder(r.Header)
	if p != nil {
		return form{}, p
	}
	if r.Body == nil {
		return read(nil)
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return form{}, &problem{status: http.StatusRequestEntityTooLarge, detail: "a choice takes at most 64 KiB"}
	case err != nil:
		return form{}, &problem{status: http.StatusBadRequest, detail: "the body could not be read"}
	}
	return read(text)
}

// decoder picks what reads the body. A body in a coding, or of two types, is not read.
func decoder(h http.Header) (func([]byte) (form, *problem), *problem) {
	unsupported := &problem{
		status: http.StatusUnsupportedMediaType,
		detail: "a choice is application/x-www-form-urlencoded or application/json, without a content coding",
	}
	if len(h["Content-Type"]) != 1 || len(h["Content-Encoding"]) > 0 {
		return nil, unsupported
	}
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case err != nil:
		return nil, unsupported
	case mediaType == "application/x-www-form-urlencoded":
		return decodeForm, nil
	case mediaType == "application/json", mediaType == "text/json", strings.HasSuffix(mediaType, "+json"):
		return decodeJSON, nil
	default:
		return nil, unsupported
	}
}

// decodeForm ignores fields it does not know, since pages put tokens of their own into their forms.
func decodeForm(text []byte) (form, *problem) {
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return form{}, &problem{status: http.StatusBadRequest, detail: "the body does not parse as a form"}
	}
	return form{
		grant: values["grant"], refuse: values["refuse"], offer: values["offer"], shown: values["shown"], leave: values["leave"],
		back: values["return"],
	}, nil
}

// list is an array of ids. A name that is repeated adds to it: the second list must not hide a refusal in the first.
type list []string

func (l *list) UnmarshalJSON(text []byte) error {
	var more []string
	if err := json.Unmarshal(text, &more); err != nil {
		return err //nolint:wrapcheck // never shown: it may quote the body
	}
	*l = append(*l, more...)
	return nil
}

// decodeJSON is strict, since what a script misspells would otherwise be a refusal lost.
func decodeJSON(text []byte) (form, *problem) {
	var body struct {
		Grant  list    `json:"grant"`
		Refuse list    `json:"refuse"`
		Offer  list    `json:"offer"`
		Shown  list    `json:"shown"`
		Return *string `json:"return"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&body)
	if err == nil {
		_, err = d.Token()
	}
	if !errors.Is(err, io.EOF) {
		return form{}, &problem{
			status: http.StatusBadRequest,
			detail: "the body is not a JSON object of the arrays grant, refuse, offer and shown and the string return",
		}
	}
	f := form{grant: body.Grant, refuse: body.Refuse, offer: body.Offer, shown: body.Shown, json: true}
	if body.Return != nil {
		f.back = []string{*body.Return}
	}
	return f, nil
}
