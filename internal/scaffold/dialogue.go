package scaffold

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoAnswer is what a dialogue ends with when its input does.
var ErrNoAnswer = errors.New("the answers ended: give them as flags, with --yes")

// attempts is how often a question is asked.
const attempts = 5

// Dialogue asks questions on a terminal. Create it with NewDialogue.
type Dialogue struct {
	in  *bufio.Reader
	out io.Writer
}

// NewDialogue returns a dialogue that reads answers from in, a line each.
func NewDialogue(in io.Reader, out io.Writer) *Dialogue {
	return &Dialogue{in: bufio.NewReader(in), out: out}
}

// Question is one question. Check reports what is wrong with an answer; it is
// asked again then. An empty answer is Default.
type Question struct {
	Text    string
	Default string
	Check   func(answer string) error // nil: anything goes
}

// Ask returns the answer to q.
func (d *Dialogue) Ask(ctx context.Context, q Question) (string, error) {
	var err error
	for range attempts {
		prompt := q.Text
		if q.Default != "" {
			prompt += " [" + q.Default + "]"
		}
		fmt.Fprint(d.out, prompt, ": ") //nolint:errcheck // the answer's absence will tell
		var answer string
		if answer, err = d.line(ctx); err != nil {
			fmt.Fprintln(d.out) //nolint:errcheck // best effort
			return "", err
		}
		if answer == "" {
			answer = q.Default
		}
		if q.Check == nil {
			return answer, nil
		}
		if err = q.Check(answer); err == nil {
			return answer, nil
		}
		fmt.Fprintln(d.out, " ", err) //nolint:errcheck // best effort
	}
	return "", fmt.Errorf("%d answers were wrong, the last one: %w", attempts, err)
}

// answer is a line of the input.
type answer struct {
	text string
	err  error
}

// line returns the next line of the input without blanks around it. A read from
// a terminal cannot be taken back: when ctx ends before it, the goroutine that
// reads lives until there is a line, which is lost.
func (d *Dialogue) line(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("interrupted, nothing was written: %w", err)
	}
	read := make(chan answer, 1)
	go func() {
		text, err := d.in.ReadString('\n')
		read <- answer{text, err}
	}()
	select {
	case a := <-read:
		if a.err != nil && a.text == "" {
			return "", ErrNoAnswer
		}
		return strings.TrimSpace(a.text), nil
	case <-ctx.Done():
		return "", fmt.Errorf("interrupted, nothing was written: %w", ctx.Err())
	}
}
