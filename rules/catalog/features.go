package catalog

// Feature is a feature of browsers by which a page comes to personal data of one category, and which a page may be denied
// (W3C, Permissions Policy).
type Feature struct {
	Category string
	Token    string // as Permissions-Policy names it
	Source   string
}

// Features are those of which a policy knows the data. The caller must not change them.
func Features() []Feature { return features }

// Contacts are not among them: no policy-controlled feature stands for the Contact Picker API.
//
//nolint:gochecknoglobals // a table that never changes
var features = []Feature{
	{Category: "photo", Token: "camera", Source: "W3C, Media Capture and Streams, 13.1"},
	{Category: "precise_location", Token: "geolocation", Source: "W3C, Geolocation, 3.4"},
	{Category: "voice_recording", Token: "microphone", Source: "W3C, Media Capture and Streams, 13.1"},
}
