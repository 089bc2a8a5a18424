package wire

import "github.com/spgen/spgen/rpc"

// maxKept is how many entries a scanner's memory may keep for the next frame.
const maxKept = 512

// scanner checks JSON in one pass. It does not recurse: the stack of open
// brackets costs one byte a level, however deep a hostile frame nests.
type scanner struct {
	data []byte
	pos  int
	want string // what the syntax wanted at pos; "" while nothing is wrong

	open   []byte          // the closing brackets of what is open
	levels [maxDepth]level // of open, as far as it may nest
	keys   [][]byte        // the keys seen of every open object, decoded

	params  bool // inside of params: flaws are faults, not errors
	faults  []rpc.Fault
	dropped int        // faults over maxFaults
	refused *rpc.Error // the first reason why the frame is no request
}

// reset prepares s for data, keeping its memory unless a large frame blew it up.
func (s *scanner) reset(data []byte) {
	if cap(s.keys) > maxKept {
		s.keys = nil
	}
	if cap(s.open) > maxKept {
		s.open = nil
	}
	s.data, s.pos, s.want = data, 0, ""
	s.open, s.keys = s.open[:0], s.keys[:0]
	s.params, s.faults, s.dropped, s.refused = false, nil, 0, nil
}

// value reads one value with everything in it.
func (s *scanner) value() bool {
	floor := len(s.open)
	for {
		s.space()
		opened, ok := s.begin()
		if !ok {
			return false
		}
		if !opened || s.closes() {
			if s.unwind(floor) {
				return true
			}
			if !s.accept(',') {
				return s.fail(separators[s.open[len(s.open)-1]])
			}
		}
		if !s.member() {
			return false
		}
	}
}

var separators = map[byte]string{'}': "',' or '}'", ']': "',' or ']'"}

// begin reads a scalar, or an opening bracket and reports so.
func (s *scanner) begin() (opened, ok bool) {
	switch c := s.peek(); c {
	case '{', '[':
		s.pos++
		s.enter(c)
		return true, true
	case '"':
		at := s.pos
		_, flaw, ok := s.text()
		if flaw != nil {
			s.report(flaw, at)
		}
		return false, ok
	case 't':
		return false, s.literal("true")
	case 'f':
		return false, s.literal("false")
	case 'n':
		return false, s.literal("null")
	default:
		return false, s.number()
	}
}

// closes reads the bracket that closes the innermost container, if it is next.
func (s *scanner) closes() bool {
	s.space()
	if !s.accept(s.open[len(s.open)-1]) {
		return false
	}
	s.leave()
	return true
}

// unwind reads the brackets that close after a value, and reports whether
// everything above floor is closed.
func (s *scanner) unwind(floor int) bool {
	for len(s.open) > floor {
		if !s.closes() {
			return false
		}
	}
	return true
}

// member reads what stands before the value of a member: a key and its colon
// in an object, nothing in an array.
func (s *scanner) member() bool {
	if s.open[len(s.open)-1] == '}' {
		return s.key()
	}
	if l := s.level(); l != nil {
		l.index++
	}
	return true
}

// key reads the key of a member and the colon after it.
func (s *scanner) key() bool {
	s.space()
	at := s.pos
	if s.peek() != '"' {
		return s.fail("a key in double quotes")
	}
	raw, flaw, ok := s.text()
	if !ok {
		return false
	}
	s.named(decode(raw), flaw, at)
	s.space()
	if !s.accept(':') {
		return s.fail("':'")
	}
	return true
}

// end makes sure that nothing follows.
func (s *scanner) end() bool {
	s.space()
	if s.pos < len(s.data) {
		return s.fail("the end of the frame")
	}
	return true
}
