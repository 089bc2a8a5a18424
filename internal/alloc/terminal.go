package alloc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// attempts are how often a question is asked.
const attempts = 5

// Terminal asks on a terminal.
type Terminal struct {
	in  *bufio.Reader
	out io.Writer
}

// NewTerminal asks on out and reads answers, each a line, from in.
func NewTerminal(in io.Reader, out io.Writer) *Terminal {
	return &Terminal{in: bufio.NewReader(in), out: out}
}

// Ask asks until check accepts the answer, a few times.
func (t *Terminal) Ask(question, fallback string, check func(string) error) (string, error) {
	if fallback != "" {
		question += " [" + fallback + "]"
	}
	for range attempts {
		if _, err := fmt.Fprintf(t.out, "%s ", question); err != nil {
			return "", err
		}
		line, err := t.in.ReadString('\n')
		answer := strings.TrimSpace(line)
		if err != nil && (answer == "" || !errors.Is(err, io.EOF)) {
			return "", choice("answer, or give --service and --access", "no answer to: %s", question)
		}
		if answer == "" {
			answer = fallback
		}
		if err = check(answer); err == nil {
			return answer, nil
		}
		if _, err := fmt.Fprintln(t.out, err); err != nil {
			return "", err
		}
	}
	return "", choice("give --service and --access", "no usable answer to: %s", question)
}
