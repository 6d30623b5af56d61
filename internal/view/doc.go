// Package view reads bodies of other formats through the JSON documents that stand for them, and carries edits of those back.
//
// A path is written against JSON. Each format here has a stated JSON view; a reader of the format tells the view to an
// editor of package jsonpath while the body goes by, and does to the body what the editor's visitor says of the view.
//
//   - Formats made of documents (lines, sequences, event streams) hand each of them to the editor and frame what comes out.
//   - Formats of another syntax (forms, tables, XML) tell the view of each value and keep its bytes until the editor can say
//     no more about it; a carrier keeps what was said. Bytes that no edit touches go out as they came in.
//   - What is held is a value, a pair, a row or a tag, and whatever the editor holds; all of it within Job.Limits.
package view
