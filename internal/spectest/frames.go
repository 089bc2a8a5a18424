package spectest

import (
	"encoding/json"
	"errors"
	"fmt"
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
	seen     map[string]int // frames by the definition that they were held against
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
		compiled: map[string]*jsonschema.Schema{}, seen: map[string]int{},
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

// Connection judges the frames of one connection. What does not validate is an
// error of t when t ends.
func (f *Frames) Connection(t testing.TB) *Connection {
	c := &Connection{frames: f, numbered: map[string]request{}}
	t.Cleanup(func() {
		for _, err := range c.Faults() {
			t.Error(err)
		}
	})
	return c
}

// Connection pairs the requests of a connection with their answers.
type Connection struct {
	frames *Frames

	mu       sync.Mutex         // guards what is below
	numbered map[string]request // not answered yet, by seq
	ordered  []request          // without seq
	faults   []error
}

// Faults returns what did not validate, and forgets it.
func (c *Connection) Faults() []error {
	c.mu.Lock()
	defer c.mu.Unlock()
	faults := c.faults
	c.faults = nil
	return faults
}

// request is what can be read of a request; of what is none only the frame.
type request struct {
	frame  []byte
	method uint32
}

// Sent takes note of a frame that the client sends.
func (c *Connection) Sent(frame []byte) {
	var head struct {
		Method json.RawMessage `json:"method"`
		Seq    json.RawMessage `json:"seq"`
	}
	r := request{frame: frame}
	if json.Unmarshal(frame, &head) == nil {
		var name string
		if json.Unmarshal(head.Method, &name) == nil {
			r.method = c.frames.names[name]
		} else if json.Unmarshal(head.Method, &r.method) != nil {
			r.method = 0
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if head.Seq == nil {
		c.ordered = append(c.ordered, r)
	} else if _, taken := c.numbered[string(head.Seq)]; !taken {
		c.numbered[string(head.Seq)] = r
	}
}

// Received judges an answer, and the request that it is of.
func (c *Connection) Received(frame []byte) {
	if err := c.received(frame); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.faults = append(c.faults, fmt.Errorf("%.1000s: %w", frame, err))
	}
}

func (c *Connection) received(frame []byte) error {
	var head struct {
		Method uint32          `json:"method"`
		Seq    json.RawMessage `json:"seq"`
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(frame, &head); err != nil {
		return err
	}
	if err := c.frames.Validate("answer", frame); err != nil {
		return err
	}
	r, found := c.take(head.Seq, head.Method, head.Error != nil)
	key, known := c.frames.keys[head.Method]
	switch {
	case !known && head.Error == nil:
		return fmt.Errorf("there is no method %d in the schemas", head.Method)
	case !known:
		return nil
	case head.Error != nil:
		return c.frames.Validate(key+".failure", frame)
	}
	if err := c.frames.Validate(key+".answer", frame); err != nil {
		return err
	}
	if !found {
		return errors.New("it answers nothing that was sent")
	}
	if err := c.frames.Validate(key+".request", r.frame); err != nil {
		return fmt.Errorf("the server accepted %.1000s: %w", r.frame, err)
	}
	return nil
}

// take removes the request that is answered. An error may be of a frame whose seq
// or method the server, or this package, could not read.
func (c *Connection) take(seq json.RawMessage, method uint32, failed bool) (r request, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, found = c.numbered[string(seq)]; found {
		delete(c.numbered, string(seq))
		return r, true
	}
	for i, r := range c.ordered {
		if r.method == method || failed && i == 0 {
			c.ordered = append(c.ordered[:i:i], c.ordered[i+1:]...)
			return r, true
		}
	}
	return r, false
}
