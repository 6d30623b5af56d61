// Package scan finds the bytes of a JSON text at which its reader must look.
//
// # Why in blocks
//
// A reader that goes from byte to byte, or from word to word, waits at every token for a branch that nobody can foretell:
// how long this name is, where that string ends. In blocks of 64 bytes these questions are answered by arithmetic on one
// word, a bit for each byte (Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019), and the reader goes on from
// answer to answer.
//
// # Why nothing is judged here
//
// Find knows strings from what is around them and nothing else of the grammar. Whatever may not stand plainly where it
// stands is among the bytes that it gives, a control character in a string say; to refuse it is the reader's.
//
// # Three ways to the same answer
//
// Processors with AVX2 run assembly that package gen writes, others the same steps in Go, and what is left behind the last
// whole block goes byte by byte. A fuzz target holds that they agree.
package scan
