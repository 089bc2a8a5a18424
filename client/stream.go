package client

import (
	"context"
	"net"
	"sync"
	"time"
)

// stream is the network connection under the WebSocket. It can hold back what
// is written, so that many frames leave in one system call, and it notices
// silence.
type stream struct {
	net.Conn
	idle    time.Duration // reading fails after so much silence; 0: never
	release func() bool   // ends the hold of Dial's context on the connection

	// mu guards the fields below.
	mu     sync.Mutex
	corked bool
	buf    []byte
}

// settle frees s from Dial's context; it fails when that has ended.
func (s *stream) settle() error {
	if !s.release() {
		return context.Canceled
	}
	return nil
}

// Read reads, failing with a timeout after too much silence.
func (s *stream) Read(p []byte) (int, error) {
	if s.idle > 0 {
		if err := s.SetReadDeadline(time.Now().Add(s.idle)); err != nil {
			return 0, err
		}
	}
	return s.Conn.Read(p)
}

// Write writes p, or keeps it until uncork.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.corked {
		return s.Conn.Write(p)
	}
	s.buf = append(s.buf, p...)
	return len(p), nil
}

func (s *stream) cork() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corked = true
}

// uncork writes what was kept.
func (s *stream) uncork() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corked = false
	if len(s.buf) == 0 {
		return nil
	}
	_, err := s.Conn.Write(s.buf)
	s.buf = s.buf[:0]
	if cap(s.buf) > 2*batchBytes {
		s.buf = nil
	}
	return err
}

func (s *stream) buffered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.buf)
}

// abort closes the network connection and with it ends reads and writes.
func (s *stream) abort() { _ = s.Close() }
