package wire

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/spgen/spgen/rpc"
)

const (
	// maxDepth is how deep a frame may nest, its own object counted.
	maxDepth = 32

	// wideObject is how many keys of an object are compared one by one;
	// beyond, they go into a set, lest an object of many keys cost their square.
	wideObject = 16

	// maxFaults and maxPath bound what a hostile frame makes the server answer.
	// rpc.InvalidParams names 50 faults: these and how many there are more.
	maxFaults = 49
	maxPath   = 200
)

// level is an open object or array.
type level struct {
	array bool
	index int                 // of the element that is read, in an array
	key   []byte              // of the member that is read, in an object
	first int                 // the object's first key in scanner.keys
	wide  map[string]struct{} // the object's keys once there are many
}

// level returns the innermost open container, or nil if it is too deep.
func (s *scanner) level() *level {
	if n := len(s.open); n <= maxDepth {
		return &s.levels[n-1]
	}
	return nil
}

// enter opens a container with its first byte, '{' or '['.
func (s *scanner) enter(c byte) {
	s.open = append(s.open, c+2) // in ASCII the closing bracket is two further
	if l := s.level(); l != nil {
		*l = level{array: c == '[', index: -1, first: len(s.keys)}
		if l.array {
			return
		}
	} else if len(s.open) == maxDepth+1 {
		s.refuse("the frame nests deeper than %d levels at byte %d", maxDepth, s.pos-1)
	}
}

func (s *scanner) leave() {
	if l := s.level(); l != nil {
		s.keys = s.keys[:l.first]
		l.wide = nil
	}
	s.open = s.open[:len(s.open)-1]
}

// named notes the key of a member and reports it when it is flawed or was
// there before. The key begins at byte at.
func (s *scanner) named(key []byte, bad *flaw, at int) {
	l := s.level()
	if l == nil {
		return
	}
	l.key = key
	if bad == nil && !s.note(l, key) {
		bad = flawDuplicate
	}
	if bad != nil {
		s.report(bad, at)
	}
}

// note adds key to those of an object, and reports whether it is new.
func (s *scanner) note(l *level, key []byte) bool {
	if l.wide != nil {
		before := len(l.wide)
		l.wide[string(key)] = struct{}{}
		return len(l.wide) > before
	}
	seen := s.keys[l.first:]
	for _, k := range seen {
		if bytes.Equal(k, key) {
			return false
		}
	}
	if len(seen) < wideObject {
		s.keys = append(s.keys, key)
		return true
	}
	l.wide = make(map[string]struct{}, 4*wideObject)
	for _, k := range seen {
		l.wide[string(k)] = struct{}{}
	}
	l.wide[string(key)] = struct{}{}
	return true
}

// report notes a flaw of the member that is read: a fault inside of params, an
// error elsewhere.
func (s *scanner) report(bad *flaw, at int) {
	switch {
	case !s.params:
		s.refuse("%s: %s, at byte %d", s.path(0), bad.message, at)
	case len(s.faults) == maxFaults:
		s.dropped++
	default:
		s.faults = append(s.faults, rpc.Fault{Param: s.path(1), Reason: bad.reason, Message: bad.message})
	}
}

// collected returns the faults, the last saying how many there are no more
// words about.
func (s *scanner) collected() []rpc.Fault {
	if s.dropped == 0 {
		return s.faults
	}
	return append(s.faults, rpc.Fault{
		Reason:  rpc.ReasonInvalid,
		Message: fmt.Sprintf("%d more faults are not listed", s.dropped),
	})
}

// refuse makes the frame no request. The first reason counts.
func (s *scanner) refuse(format string, args ...any) {
	if s.refused == nil {
		s.refused = rpc.NewError(rpc.CodeInvalidRequest, format, args...)
	}
}

// path returns where the member that is read stands, such as
// "items[2].price", leaving out the outermost levels.
func (s *scanner) path(outermost int) string {
	var b []byte
	for i := outermost; i < min(len(s.open), maxDepth) && len(b) <= maxPath; i++ {
		l := &s.levels[i]
		if l.array {
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(l.index), 10)
			b = append(b, ']')
			continue
		}
		if len(b) > 0 {
			b = append(b, '.')
		}
		b = append(b, l.key...)
	}
	return clip(b, maxPath)
}

// clip returns text for people, cut with an ellipsis after max bytes.
func clip(text []byte, max int) string {
	if len(text) <= max {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:max]), "") + "…"
}
