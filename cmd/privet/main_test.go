package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is the command, too: under the name privet it runs main. So whoever asks for the race detector gets a
// gateway that is watched by it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"privet": main})
}
