// Package websocket reads the messages of a WebSocket (RFC 6455) as they pass and writes them again filtered.
//
// # Why messages are held
//
// A message is one document, and a document that turns out unreadable at its end must not have arrived by half: there is
// no way to take back the frames that went. So a text message is held until its last frame is here, filtered whole, and
// written as one frame. Control frames that stand between its fragments do not wait for it. What goes out of a Stream ends
// with a frame each time, so that a close frame can follow it at any moment.
//
// # Why what is unchanged keeps its frames
//
// A message in which a filter changes nothing goes out with the bytes it came in, fragments and masks included: whoever
// is not concerned by a rule shall not be able to tell that there is one.
//
// # What is refused
//
// Binary messages (there is nothing to say what they are), reserved bits (no extension is offered, so none has a
// meaning), and all that RFC 6455 does not let an endpoint send. The connection ends then; nothing is skipped.
package websocket
