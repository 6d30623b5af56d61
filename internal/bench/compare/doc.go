// Command compare applies the same five rules to the same documents with this gateway's filter and with five JSON
// libraries, one beside the other. It is a module of its own, so that the product knows none of them.
package main
