package spectest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// Connection judges the frames of one connection. When t ends, what does not
// validate is an error of it, and so is that on none of its connections an answer
// or a close frame was seen.
func (f *Frames) Connection(t testing.TB) *Connection {
	f.expect(t)
	c := f.connection(t)
	t.Cleanup(func() { c.report(t) })
	return c
}

// connection is Connection without what happens when t ends.
func (f *Frames) connection(t testing.TB) *Connection {
	return &Connection{frames: f, test: t, numbered: map[string]request{}}
}

// expect has t fail if it ends before anything of the server was counted.
func (f *Frames) expect(t testing.TB) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.counts[t]; known {
		return
	}
	f.counts[t] = 0
	t.Cleanup(func() {
		f.mu.Lock()
		n := f.counts[t]
		delete(f.counts, t)
		f.mu.Unlock()
		if n == 0 && !t.Skipped() {
			t.Error("the frames of the server were not seen: there was neither an answer nor a close frame")
		}
	})
}

// count takes note that a connection of t had an answer or a close frame.
func (f *Frames) count(t testing.TB) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[t]++
}

// Connection pairs the requests of a connection with their answers.
type Connection struct {
	frames *Frames
	test   testing.TB

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

// report makes what did not validate errors of t.
func (c *Connection) report(t testing.TB) {
	for _, err := range c.Faults() {
		t.Error(err)
	}
}

// fault takes note of what the server may not send.
func (c *Connection) fault(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, err)
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
	c.frames.count(c.test)
	if err := c.received(frame); err != nil {
		c.fault(fmt.Errorf("%.1000s: %w", frame, err))
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

// Pair judges a request and its answer that went over no connection.
func (f *Frames) Pair(request, answer []byte) error {
	c := f.connection(nil)
	c.Sent(request)
	if err := c.received(answer); err != nil {
		return fmt.Errorf("%.1000s: %w", answer, err)
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
