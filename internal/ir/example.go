package ir

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Example is a call that a routine's comment shows:
//
//	@example {"chat_id": "1", "body": "Hello"} A short message
//	@example message_empty {"chat_id": "1", "body": " "}
//
// The name of an error says that it is what the call answers. What follows the
// parameters is the title. They may go on in the next lines.
type Example struct {
	Tag    string // the first line as written: "@example {…"
	Error  string // the name of the error that the call is to answer, or ""
	Params string // JSON as written; what is no object, too
	Title  string
}

// parseExample takes an `@example` apart. tag is its first line, text all of it
// without the name of the tag.
func parseExample(tag, text string) Example {
	e := Example{Tag: tag}
	if text != "" && text[0] >= 'a' && text[0] <= 'z' {
		if e.Error, text = cutWord(text); text == "" {
			text = "{}"
		}
	}
	d := json.NewDecoder(strings.NewReader(text))
	var params json.RawMessage
	if d.Decode(&params) != nil {
		e.Params = text
		return e
	}
	e.Params = string(params)
	e.Title = strings.Join(strings.Fields(text[d.InputOffset():]), " ")
	return e
}

// unended reports whether the parameters of an `@example` are not at their end.
func unended(text string) bool { return errors.Is(decodeParams(text), io.ErrUnexpectedEOF) }

// decodeParams says what is wrong with the syntax of an example's parameters.
func decodeParams(text string) error {
	i := strings.IndexByte(text, '{')
	if i < 0 {
		return nil
	}
	var params json.RawMessage
	return json.NewDecoder(strings.NewReader(text[i:])).Decode(&params)
}
