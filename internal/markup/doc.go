// Package markup is the WHATWG tokenizer and URL code: HTML cut into tokens while it streams by, character references
// decoded, and URLs parsed, as browsers do.
//
// A filter that reads a page otherwise than the browser behind it can be gone round: what it takes for a comment the
// browser takes for a script. So everything here follows the standards to the letter, error cases before all
// (https://html.spec.whatwg.org section 13.2.5, https://url.spec.whatwg.org), and is tested against their suites. Why it
// is built as it is:
//
//   - Tokens are slices of the input. Nothing is normalised, decoded or written again, so what nobody asks about goes
//     out as it came in; one who asks decodes one value with AppendDecoded.
//   - The caller owns the buffer, and hence the bound on memory. Only tags and doctypes must be whole in it; everything
//     else leaves in pieces. A scan that runs out of bytes resumes where it stopped, so that the time for a tag is linear
//     however small the pieces in which it comes.
//   - The states of the standard that differ only in the parse errors they report are one state here.
//   - There is no tree. What the tree builder tells the tokenizer is guessed from names (Model), and the caller, who may
//     know better, can overrule it (SetModel, CDATA).
//   - Bytes are read as an encoding in which ASCII bytes mean ASCII characters where it matters for mark-up: UTF-8, the
//     windows-125x and ISO 8859 families, Shift_JIS, GBK, Big5, EUC. UTF-16 and ISO-2022-JP are not; the caller decodes or
//     refuses them.
package markup
