package client

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/spgen/spgen/rpc"
	"github.com/tidwall/gjson"
)

// maxAnswerDepth is how deep an answer may nest. It bounds the stack of
// whoever reads it recursively.
const maxAnswerDepth = 10_000

// maxSeq is the largest seq that the protocol has.
const maxSeq = 1<<53 - 1

// answer is a server's answer, taken apart.
type answer struct {
	seq       uint64
	method    uint32
	hasSeq    bool
	hasMethod bool
	result    []byte // nil when err is set
	err       *rpc.Error
}

// unpack returns the outcome for the caller.
func (a answer) unpack() ([]byte, error) {
	if a.err != nil {
		return nil, a.err
	}
	return a.result, nil
}

// fits reports whether a can be the answer to c. An error may come without the
// method, a result may not.
func (a answer) fits(c *call) bool {
	if !a.hasMethod {
		return a.err != nil
	}
	return a.method == c.method
}

// parseAnswer reads one message. The answer keeps parts of data. Members that
// it does not know are ignored, so that the protocol can grow.
func parseAnswer(data []byte) (answer, *ClosedError) {
	switch {
	case !utf8.Valid(data):
		return answer{}, violation(closeInvalidUTF8, "the server sent text that is not UTF-8")
	case depth(data) > maxAnswerDepth:
		return answer{}, violation(closeProtocol, "an answer nests deeper than %d levels", maxAnswerDepth)
	case !gjson.ValidBytes(data):
		return answer{}, violation(closeProtocol, "the server sent text that is not JSON")
	}
	var p answerParser
	root := gjson.ParseBytes(data)
	if !root.IsObject() {
		return answer{}, violation(closeProtocol, "the server sent JSON that is not an object")
	}
	root.ForEach(p.member)
	if p.err == nil && (p.result != nil) == (p.answer.err != nil) {
		p.err = errors.New("it must have a result or an error, and not both")
	}
	if p.err != nil {
		return answer{}, violation(closeProtocol, "the server sent a malformed answer: %s", p.err)
	}
	return p.answer, nil
}

// answerParser collects the members of an answer.
type answerParser struct {
	answer
	err error
}

var answerMembers = map[string]func(*answer, gjson.Result) error{
	"seq":    readSeq,
	"method": readMethod,
	"result": readResult,
	"error":  readError,
}

func (p *answerParser) member(key, value gjson.Result) bool {
	if read := answerMembers[key.String()]; read != nil {
		if err := read(&p.answer, value); err != nil {
			p.err = fmt.Errorf("%s %w", key.String(), err)
		}
	}
	return p.err == nil
}

var errTwice = errors.New("is there twice")

func readSeq(a *answer, v gjson.Result) error {
	if a.hasSeq {
		return errTwice
	}
	n, err := strconv.ParseUint(v.Raw, 10, 64)
	if err != nil || n > maxSeq {
		return errors.New("is not an integer between 0 and 2^53-1")
	}
	a.seq, a.hasSeq = n, true
	return nil
}

func readMethod(a *answer, v gjson.Result) error {
	if a.hasMethod {
		return errTwice
	}
	n, err := strconv.ParseUint(v.Raw, 10, 32)
	if err != nil {
		return errors.New("is not an ID")
	}
	a.method, a.hasMethod = uint32(n), true
	return nil
}

func readResult(a *answer, v gjson.Result) error {
	if a.result != nil {
		return errTwice
	}
	a.result = []byte(v.Raw)
	return nil
}

func readError(a *answer, v gjson.Result) error {
	if a.err != nil {
		return errTwice
	}
	code, err := strconv.ParseInt(v.Get("code").Raw, 10, 32)
	if err != nil || code == 0 {
		return errors.New("has no code: want an integer other than 0")
	}
	name, message := v.Get("name"), v.Get("message")
	if name.Type != gjson.String || message.Type != gjson.String {
		return errors.New("has no name or no message")
	}
	a.err = &rpc.Error{
		Code: rpc.Code(code), Name: name.String(), Message: message.String(),
		Retryable: v.Get("retryable").Type == gjson.True,
		LogID:     v.Get("log_id").String(),
	}
	if data := v.Get("data"); data.IsObject() {
		a.err.Data = []byte(data.Raw)
	}
	return nil
}
