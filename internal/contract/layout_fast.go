package contract

import (
	"bytes"
	"encoding/json"
	"strings"
)

// wellFormed reports whether data is JSON that readNode takes, without making
// anything of it. Of what it does not take readNode says why.
func wellFormed(data []byte) bool {
	if !json.Valid(data) {
		return false
	}
	var s shape
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '{', '[':
			if !s.enter(c == '{') {
				return false
			}
		case '}', ']':
			s.leave()
		case ',':
			s.key = len(s.open) > 0 && s.open[len(s.open)-1].object
		case '"':
			end := closing(data, i+1)
			if s.key && !s.named(data[i+1:end]) {
				return false
			}
			i, s.key = end, false
		}
	}
	return true
}

// closing returns where the string ends that begins at i.
func closing(data []byte, i int) int {
	for data[i] != '"' {
		if data[i] == '\\' {
			i++
		}
		i++
	}
	return i
}

// shape is where in a document one is.
type shape struct {
	open []nesting
	keys [][]byte // of the objects that are open
	key  bool     // the next string is a key
}

// nesting is an object or array that is open.
type nesting struct {
	object bool
	keys   int // where its own begin
}

func (s *shape) enter(object bool) bool {
	s.open = append(s.open, nesting{object, len(s.keys)})
	s.key = object
	return len(s.open) <= maxDepth
}

func (s *shape) leave() {
	last := len(s.open) - 1
	s.keys, s.open, s.key = s.keys[:s.open[last].keys], s.open[:last], false
}

// named notes a key, and reports whether its object may have it.
func (s *shape) named(key []byte) bool {
	own := s.keys[s.open[len(s.open)-1].keys:]
	if len(own) == maxKeys || strings.Trim(string(key), keyLetters) != "" {
		return false
	}
	for _, other := range own {
		if bytes.Equal(key, other) {
			return false
		}
	}
	s.keys = append(s.keys, key)
	return true
}
