// Package protobuf reads protobuf messages as JSON by a descriptor set, and writes them again as that JSON says.
//
// The JSON is ProtoJSON (protobuf.dev/programming-guides/json): names in lowerCamelCase or as json_name says, 64-bit
// integers as strings, bytes in base64, enums by name or, where they have none, by number, the well-known types of
// google.protobuf in their own forms, extensions as "[full.name]". Fields stand in the order of their numbers, without
// white space; the same bytes always give the same text. Why it is built as it is:
//
//   - The text is written straight from the wire, and the wire straight from the text, with no tree of objects between.
//     protojson, which puts random white space into its output on purpose, is what the tests compare with.
//   - What the descriptor set does not know is refused wherever it stands: unknown fields, fields of another wire type,
//     payloads of Any of unknown types. A label cannot reach what has no name.
//   - What readers of the wire would overwrite, such as the first of two values of a singular field or the losing member of
//     a oneof, is not in the JSON, so no rule has seen it. Such a message is written anew, without it, though no rule
//     changed it. Every other unchanged message goes out as the bytes it came in.
//   - A removed member is an absent field. A member that its field cannot hold, such as a masked int64, is removed and
//     counted. A required field of proto2 that is gone makes no message at all, so that is an error.
//   - null for a field is its absence. An element of a list or a value of a map can be no null and is removed, save where
//     its type has a null of its own (google.protobuf.Value).
//   - A google.protobuf.Timestamp takes "2006", "2006-01" and "2006-01-02" too, as the first instant of each in UTC, since
//     dates are generalized to them.
package protobuf
