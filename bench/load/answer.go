package load

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/tidwall/gjson"
)

// answer is what the generator looks at of an answer.
type answer struct {
	seq    uint64
	failed string // "code name", of an error; "" when there is a result
}

var (
	errNoSeq     = errors.New("an answer without seq: does the server speak spgen's protocol?")
	seqStart     = []byte(`{"seq":`)
	methodStart  = []byte(`,"method":`)
	resultStart  = []byte(`,"result":`)
	requestStart = []byte(`,"params":`) // an echo
)

// parseAnswer reads a message. Answers as spgen's servers write them cost a few
// comparisons; any other order or spacing is understood as well.
func parseAnswer(message []byte) (answer, error) {
	if rest, ok := bytes.CutPrefix(message, seqStart); ok {
		seq, rest := digits(rest)
		if rest, ok = bytes.CutPrefix(rest, methodStart); ok {
			_, rest = digits(rest)
		}
		if bytes.HasPrefix(rest, resultStart) || bytes.HasPrefix(rest, requestStart) {
			return answer{seq: seq}, nil
		}
	}
	seq := gjson.GetBytes(message, "seq")
	if seq.Type != gjson.Number {
		return answer{}, errNoSeq
	}
	n, err := strconv.ParseUint(seq.Raw, 10, 64)
	if err != nil {
		return answer{}, fmt.Errorf("an answer with seq %s", seq.Raw)
	}
	a := answer{seq: n}
	if fault := gjson.GetBytes(message, "error"); fault.Exists() {
		a.failed = fault.Get("code").String() + " " + fault.Get("name").String()
	}
	return a, nil
}

// digits cuts a number off the start of text.
func digits(text []byte) (n uint64, rest []byte) {
	for i, c := range text {
		if c < '0' || c > '9' {
			return n, text[i:]
		}
		n = n*10 + uint64(c-'0')
	}
	return n, nil
}
