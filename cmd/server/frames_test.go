package main

import (
	"io/fs"
	"net/http"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/spgen/spgen/generated/docs"
	"github.com/spgen/spgen/internal/spectest"
)

// frames are held against the schemas in the sample's docs.
var frames = sync.OnceValues(func() (*spectest.Frames, error) {
	document, err := fs.ReadFile(docs.FS, "schemas.json")
	if err != nil {
		return nil, err
	}
	return spectest.NewFrames(document)
})

// listening returns options for connections all of whose frames are judged.
func listening(t *testing.T) *websocket.DialOptions {
	t.Helper()
	return &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{DialContext: judged(t).Dialer(t)}}}
}

func judged(t *testing.T) *spectest.Frames {
	t.Helper()
	f, err := frames()
	if err != nil {
		t.Fatal(err)
	}
	return f
}
