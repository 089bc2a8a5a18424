package wire

import (
	"fmt"

	"github.com/spgen/spgen/rpc"
)

// MaxSeq is the largest seq of a request: every integer up to it is exact in
// JavaScript, too.
const MaxSeq = 1<<53 - 1

// Request is what a frame asks for. [Parse] fills it; reusing one saves its
// memory, about 2.5 KB. Params aliases the frame, everything else is a copy.
type Request struct {
	ID     uint32 // the method, by ID
	Name   string // or by name: then ID is 0
	Seq    uint64
	HasSeq bool
	Params []byte      // a checked JSON object; {} if the frame has none
	Faults []rpc.Fault // what is wrong inside of Params, apart from types and values
	Meta   rpc.Meta

	scan scanner
}

// Parse reads frame into req. It returns CodeParseError for what is no JSON
// and CodeInvalidRequest for JSON that is no request, with a message that says
// what to change. Seq, HasSeq and ID are then set if they could be read, which
// they never are from what is no JSON. Faults inside of params are no error of
// Parse.
func Parse(frame []byte, req *Request) *rpc.Error {
	req.ID, req.Name, req.Seq, req.HasSeq = 0, "", 0, false
	req.Params, req.Faults, req.Meta = noParams, nil, rpc.Meta{}
	s := &req.scan
	s.reset(frame)
	defer s.release()
	if !req.scanFrame() {
		req.ID, req.Name, req.Seq, req.HasSeq = 0, "", 0, false
		return s.syntaxError()
	}
	if s.refused != nil {
		return s.refused
	}
	req.Faults = s.collected()
	return nil
}

// noParams has no capacity to spare, so that nobody appends to it.
var noParams = []byte("{}")[:2:2]

// scanFrame reads the frame's object and reports whether it is JSON.
func (req *Request) scanFrame() bool {
	s := &req.scan
	s.space()
	if s.peek() != '{' {
		s.refuse("the frame is %s, send an object such as {\"method\": 1}", kind(s.data[s.pos:]))
		return s.value() && s.end()
	}
	_, _ = s.begin()
	var seen [len(members)]bool
	for more := !s.closes(); more; more = s.accept(',') {
		if !req.scanMember(&seen) {
			return false
		}
	}
	if len(s.open) > 0 && !s.closes() {
		return s.fail(separators['}'])
	}
	if !seen[memberMethod] {
		s.refuse("method is missing, send the ID or the name of a method")
	}
	return s.end()
}

// scanMember reads one member of the frame's object and takes its value.
func (req *Request) scanMember(seen *[len(members)]bool) bool {
	s := &req.scan
	m, known := req.plainKey(seen)
	if !known {
		if !s.key() {
			return false
		}
		if m, known = memberNamed(s.levels[0].key); !known {
			s.refuse("%s is no part of a request%s", quote(s.levels[0].key), didYouMean(s.levels[0].key))
		}
	}
	s.space()
	start := s.pos
	s.params = known && m == memberParams
	ok := s.value()
	s.params = false
	if !ok {
		return false
	}
	if known {
		members[m].take(req, s.data[start:s.pos:s.pos], seen[m])
		seen[m] = true
	}
	s.space()
	return true
}

// syntaxError says what the syntax wanted, and where.
func (s *scanner) syntaxError() *rpc.Error {
	found := "the frame ends"
	if s.pos < len(s.data) {
		found = fmt.Sprintf("%q stands", s.data[s.pos:s.pos+1])
	}
	return rpc.NewError(rpc.CodeParseError, "the frame is not JSON: at byte %d %s where %s is due",
		s.pos, found, s.want)
}

// release lets go of the frame, but for stale keys that the next Parse overwrites.
func (s *scanner) release() {
	s.data, s.faults, s.refused = nil, nil, nil
}
