package main

import "strconv"

// quoted is a text without anything to escape as a JSON string.
func quoted(text []byte) []byte { return append(append([]byte{'"'}, text...), '"') }

func digits(i int64) string { return strconv.FormatInt(i, 10) }
