package main

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// --version needs no database and no port.
func TestVersion(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	none := func(string) string { return "" }
	if err := messenger.Run(t.Context(), []string{"--version"}, none, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	line := stdout.String()
	if !strings.HasPrefix(line, "messenger ") || !strings.HasSuffix(line, runtime.Version()+")\n") || stderr.Len() > 0 {
		t.Errorf("printed %q, and to stderr %q", line, stderr.String())
	}
}
