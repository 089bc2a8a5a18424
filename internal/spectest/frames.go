package spectest

import (
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Frames judges the frames of connections by schemas.json: requests that the
// server accepts by the method's request, answers by what the method may answer.
// It may be used by several connections at once.
type Frames struct {
	schemas *Schemas
	names   map[string]uint32 // IDs, by name
	keys    map[uint32]string // of definitions, by ID

	mu       sync.Mutex // guards what is below
	compiled map[string]*jsonschema.Schema
	seen     map[string]int     // frames by the definition that they were held against
	counts   map[testing.TB]int // answers and close frames
}

// NewFrames reads schemas.json.
func NewFrames(document []byte) (*Frames, error) {
	var d struct {
		Defs map[string]struct {
			ID         uint32 `json:"x-method-id"`
			Properties struct {
				Method struct{ Enum []any }
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, err
	}
	schemas, err := newSchemas(document, jsonschema.Draft2020)
	if err != nil {
		return nil, err
	}
	f := &Frames{
		schemas: schemas, names: map[string]uint32{}, keys: map[uint32]string{},
		compiled: map[string]*jsonschema.Schema{}, seen: map[string]int{}, counts: map[testing.TB]int{},
	}
	for key, def := range d.Defs {
		method, ok := strings.CutSuffix(key, ".params")
		if !ok {
			continue
		}
		f.keys[def.ID] = method
		for _, name := range d.Defs[method+".request"].Properties.Method.Enum {
			if text, ok := name.(string); ok {
				f.names[text] = def.ID
			}
		}
	}
	return f, nil
}

// Seen returns how many frames were held against each definition.
func (f *Frames) Seen() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.seen)
}

// Validate holds a frame, or a part of one, against a definition.
func (f *Frames) Validate(key string, frame []byte) error {
	f.mu.Lock()
	s, err := f.compiled[key], error(nil)
	if s == nil {
		if s, err = f.schemas.Definition(key); err == nil {
			f.compiled[key] = s
		}
	}
	f.seen[key]++
	f.mu.Unlock()
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(frame)))
	if err != nil {
		return err
	}
	return s.Validate(v)
}
