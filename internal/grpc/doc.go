// Package grpc splits gRPC, gRPC-web and Connect streams into messages, and joins them again.
//
// It knows frames and nothing of what is in a message: a function is given one whole message after the other, decompressed,
// and says what goes out in its place. Why it is built as it is:
//
//   - A message is held until it is whole, up to a limit, since its fields may come in any order. Its length stands before
//     it, so that one beyond the limit is refused before it is read. What was decompressed has the same limit.
//   - A message that the function leaves as it is goes out as the bytes it came in, compressed or not. One that changes is
//     compressed again if it was.
//   - Trailers that stand in the body (gRPC-web, and the end of Connect streams) are read, since what is not read cannot be
//     held back. The trailers of gRPC itself are HTTP's, and not seen here.
//   - The details of a status (google.rpc.Status: grpc-status-details-bin, and "details" in the JSON of Connect) are dropped.
//     They may quote the request field by field, and their types are seldom in anyone's descriptor set. Clients take their
//     absence for an error without details. Who filters HTTP trailers drops StatusDetails there.
package grpc
