package docs

import (
	"encoding/json"
	"fmt"

	"github.com/spgen/spgen/internal/ir"
)

// pairing is an Example Pairing Object: a call that was run and succeeded.
type pairing struct {
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Params      []exampleValue `json:"params"`
	Result      exampleValue   `json:"result"`
}

type exampleValue struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// failure is a call that was run and answered with an error, for which OpenRPC has
// no examples: the frames.
type failure struct {
	Name    string          `json:"name"`
	Request json.RawMessage `json:"request"`
	Answer  json.RawMessage `json:"answer"`
}

// transcript is a call that was run, its frames read.
type transcript struct {
	title           string
	request, answer json.RawMessage
	params          map[string]json.RawMessage
	result          json.RawMessage
}

// transcripts are the calls of m that were run: those that succeeded, and those
// that were answered with an error. One whose frames cannot be read is left out.
func transcripts(m *ir.Method) (examples, failures []transcript) {
	for _, t := range m.Transcripts {
		var request struct{ Params map[string]json.RawMessage }
		var answer struct{ Result, Error json.RawMessage }
		if json.Unmarshal([]byte(t.Request), &request) != nil || json.Unmarshal([]byte(t.Answer), &answer) != nil {
			continue
		}
		one := transcript{t.Title, json.RawMessage(t.Request), json.RawMessage(t.Answer), request.Params, answer.Result}
		if answer.Error != nil {
			one.title = first(t.Title, t.Error)
			failures = append(failures, one)
			continue
		}
		examples = append(examples, one)
	}
	return examples, failures
}

// pairings are the transcripts of m as OpenRPC has them. Without any there are no
// examples, for what is made up is none.
func pairings(m *ir.Method) (examples []pairing, failures []failure) {
	answered, failed := transcripts(m)
	for i, t := range answered {
		e := pairing{
			Name: fmt.Sprintf("example %d", i+1), Description: t.title,
			Params: []exampleValue{}, Result: exampleValue{"result", t.result},
		}
		for _, p := range m.Params {
			for _, sent := range append([]string{p.Name}, p.Aliases...) {
				if v, ok := t.params[sent]; ok {
					e.Params = append(e.Params, exampleValue{sent, v})
				}
			}
		}
		examples = append(examples, e)
	}
	for i, t := range failed {
		failures = append(failures, failure{first(t.title, fmt.Sprintf("error %d", i+1)), t.request, t.answer})
	}
	return examples, failures
}
