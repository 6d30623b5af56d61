// Package view reads bodies of other formats through the JSON documents that stand for them, and carries edits of those back.
//
// A path is written against JSON. Each format here has a stated JSON view; a reader of the format tells the view to an
// editor of package jsonpath while the body goes by, and does to the body what the editor's visitor says of the view.
//
//   - Formats made of documents (lines, sequences, event streams) hand each of them to the editor and frame what comes out.
//   - Formats of another syntax (forms, tables, XML) tell the view of each value and keep its bytes until the editor can say
//     no more about it; a carrier keeps what was said. Bytes that no edit touches go out as they came in.
//   - Where two readers of a format would take a body apart differently, it is refused: the filter cannot know which of them
//     reads it next. An edit must not make another body of the rest either, by a mark that comes to the front or a delimiter.
//   - A view is told whole rows and pairs at a time, so only the whole document can wait. Parts of a multipart form are told as
//     they come, and each waits by itself.
//   - What is held is a value, a pair, a row or a tag, and whatever the editor holds; all of it within Job.Limits.
package view
