package filter

import "strings"

// major is a set of media that hold no field.
type major uint8

const (
	image major = 1 << iota
	audio
	video
	font
)

func majorOf(name string) major {
	switch {
	case strings.EqualFold(name, "image"):
		return image
	case strings.EqualFold(name, "audio"):
		return audio
	case strings.EqualFold(name, "video"):
		return video
	case strings.EqualFold(name, "font"):
		return font
	default:
		return 0
	}
}

// signature is how files of a kind begin: magic at an offset.
type signature struct {
	of    major
	at    int
	magic string
}

// signatures are those of the WHATWG MIME Sniffing Standard, and of formats that came later. Sound and video share
// containers.
//
//nolint:gochecknoglobals // a table, never written to
var signatures = [...]signature{
	{image, 0, "\x89PNG\r\n\x1a\n"},
	{image, 0, "\xff\xd8\xff"}, // JPEG
	{image, 0, "GIF87a"},
	{image, 0, "GIF89a"},
	{image, 8, "WEBP"},
	{image, 0, "\x00\x00\x01\x00"}, // ICO
	{image, 0, "\x00\x00\x02\x00"}, // CUR
	{image, 0, "II*\x00"},          // TIFF
	{image, 0, "MM\x00*"},
	{image, 0, "\x00\x00\x00\x0cjP  \r\n\x87\n"}, // JPEG 2000
	{image, 0, "\x00\x00\x00\x0cJXL \r\n\x87\n"},
	{image, 0, "\xff\x0a"}, // JPEG XL codestream
	{audio, 0, "ID3"},
	{audio, 0, "fLaC"},
	{audio, 0, "MThd\x00\x00\x00\x06"},
	{audio, 0, ".snd"},
	{audio, 8, "WAVE"},
	{audio, 8, "AIFF"},
	{audio, 8, "AIFC"},
	{audio, 0, "#!AMR"},
	{audio | video, 0, "OggS\x00"},
	{audio | video, 0, "\x1aE\xdf\xa3"},                    // Matroska, WebM
	{audio | video, 0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"}, // ASF
	{video, 8, "AVI "},
	{video, 0, "FLV\x01"},
	{video, 0, "\x00\x00\x01\xba"}, // MPEG program stream
	{video, 0, "\x00\x00\x01\xb3"}, // MPEG video
	{font, 0, "\x00\x01\x00\x00"},  // TrueType
	{font, 0, "OTTO"},
	{font, 0, "ttcf"},
	{font, 0, "wOFF"},
	{font, 0, "wOF2"},
	{font, 34, "LP"}, // Embedded OpenType
}

// LooksOpaque says that the first bytes of a body (512 are plenty) are of the kind its Content-Type claims. A body that
// starts like JSON, text or HTML never is, whatever signature its letters spell.
func LooksOpaque(contentType string, first []byte) bool {
	name, _, _ := strings.Cut(trimSpace(contentType), "/")
	claimed := majorOf(name)
	if claimed == 0 || !startsBinary(first) {
		return false
	}
	for _, s := range signatures {
		if s.of&claimed != 0 && hasAt(first, s.at, s.magic) {
			return true
		}
	}
	return claimed&brandOf(first) != 0 || claimed&audio != 0 && isFrame(first) ||
		claimed&image != 0 && isBitmap(first) || claimed&video != 0 && isTransport(first)
}

func hasAt(first []byte, at int, magic string) bool {
	return len(first) >= at+len(magic) && string(first[at:at+len(magic)]) == magic
}

// startsBinary finds a byte no text has. Text in UTF-16 has such bytes, too, so its byte order marks are kept apart.
func startsBinary(first []byte) bool {
	if hasAt(first, 0, "\xff\xfe") || hasAt(first, 0, "\xfe\xff") {
		return false
	}
	const window = 32
	for _, c := range first[:min(window, len(first))] {
		if c <= 0x08 || 0x0e <= c && c <= 0x1a || 0x1c <= c && c <= 0x1f || c == 0xff {
			return true
		}
	}
	return false
}

// brandOf tells the contents of an ISO base media file (ISO/IEC 14496-12) by its major brand.
func brandOf(first []byte) major {
	if !hasAt(first, 4, "ftyp") || len(first) < 12 {
		return 0
	}
	switch string(first[8:12]) {
	case "avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
		return image
	default:
		return audio | video
	}
}

// isFrame finds the head of an MPEG audio frame of layer II or III, or of an ADTS frame (AAC).
func isFrame(first []byte) bool {
	if len(first) < 4 || first[0] != 0xff {
		return false
	}
	const layerII, layerIII = 2, 1
	switch layer := first[1] >> 1 & 3; {
	case first[1]&0xf6 == 0xf0: // ADTS: twelve bits of sync, layer 0
		return first[2]>>2&0xf < 13
	case first[1]&0xe0 == 0xe0 && (layer == layerII || layer == layerIII):
		return first[1]>>3&3 != 1 && first[2]>>4 != 0xf && first[2]>>2&3 != 3
	default:
		return false
	}
}

// isBitmap wants the reserved bytes of BMP, as its magic is two letters.
func isBitmap(first []byte) bool {
	return hasAt(first, 0, "BM") && hasAt(first, 6, "\x00\x00\x00\x00")
}

// isTransport wants two packets of an MPEG transport stream, each of which begins with the letter G.
func isTransport(first []byte) bool {
	const packet = 188
	return hasAt(first, 0, "G") && hasAt(first, packet, "G")
}
