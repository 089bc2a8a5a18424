package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
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
	if document, err = withOwn(document); err != nil {
		return nil, err
	}
	return spectest.NewFrames(document)
})

// own are the definitions of a method that only program has.
const own = `{
	"%[1]s.params": {"x-method-id": %[2]d, "type": "object", "additionalProperties": false},
	"%[1]s.request": {
		"properties": {"method": {"enum": [%[2]d, "%[1]s"]}, "seq": {"$ref": "#/$defs/seq"}, "params": {"$ref": "#/$defs/%[1]s.params"}, "meta": {"$ref": "#/$defs/meta"}},
		"additionalProperties": false
	},
	"%[1]s.answer": {"properties": {"method": {"const": %[2]d}, "result": %[3]s}, "required": ["method", "result"]},
	"%[1]s.failure": {"properties": {"method": {"const": %[2]d}, "error": {"$ref": "#/$defs/error"}}, "required": ["method", "error"]}
}`

// withOwn returns schemas.json with the methods that program has besides.
func withOwn(document []byte) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(document, &all); err != nil {
		return nil, err
	}
	definitions, ok := all["$defs"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("schemas.json has no definitions")
	}
	for _, m := range []string{
		fmt.Sprintf(own, "Wait", waitID, `{"const": "done"}`), fmt.Sprintf(own, "Waiting", waitingID, `{"type": "integer", "minimum": 0}`),
	} {
		if err := json.Unmarshal([]byte(m), &definitions); err != nil {
			return nil, err
		}
	}
	return json.Marshal(all)
}

// listening returns options for connections all of whose frames are judged.
func listening(t *testing.T) *websocket.DialOptions {
	t.Helper()
	return listeningBy(t, new(net.Dialer).DialContext)
}

// listeningBy is listening for connections that dial makes, of which it makes one.
func listeningBy(t *testing.T, dial spectest.DialFunc) *websocket.DialOptions {
	t.Helper()
	dial = judged(t).DialerBy(t, dial)
	return &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true}}}
}

func judged(t *testing.T) *spectest.Frames {
	t.Helper()
	f, err := frames()
	if err != nil {
		t.Fatal(err)
	}
	return f
}
