package scaffold_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/scaffold"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAsk(t *testing.T) {
	t.Parallel()
	q := scaffold.Question{Text: "Fruit", Default: "apple", Check: func(s string) error {
		if strings.Contains(s, "stone") {
			return errors.New("that is no fruit")
		}
		return nil
	}}
	for _, tt := range []struct{ name, in, want, said, wantErr string }{
		{"answered", "pear\n", "pear", "Fruit [apple]: ", ""},
		{"blanks", "  pear \r\n", "pear", "Fruit [apple]: ", ""},
		{"default", "\n", "apple", "Fruit [apple]: ", ""},
		{"last line", "pear", "pear", "Fruit [apple]: ", ""},
		{"wrong once", "stone\npear\n", "pear", "Fruit [apple]:   that is no fruit\nFruit [apple]: ", ""},
		{"ended", "", "", "Fruit [apple]: \n", "the answers ended: give them as flags"},
		{"ended after a wrong one", "stone\n", "", "Fruit [apple]:   that is no fruit\nFruit [apple]: \n", "the answers ended"},
		{"wrong for ever", strings.Repeat("stone\n", 99), "", "", "5 answers were wrong, the last one: that is no fruit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			got, err := scaffold.NewDialogue(strings.NewReader(tt.in), &said).Ask(t.Context(), q)
			if got != tt.want || !says(err, tt.wantErr) {
				t.Errorf("%q (%v), want %q (%s)", got, err, tt.want, tt.wantErr)
			}
			if tt.said != "" && said.String() != tt.said {
				t.Errorf("said %q, want %q", said.String(), tt.said)
			}
		})
	}
}

// TestAskInTurn holds that a question leaves the next lines to the next.
func TestAskInTurn(t *testing.T) {
	t.Parallel()
	d := scaffold.NewDialogue(strings.NewReader("a\nb\n\n"), io.Discard)
	for _, want := range []string{"a", "b", ""} {
		if got, err := d.Ask(t.Context(), scaffold.Question{Text: "?"}); got != want || err != nil {
			t.Errorf("%q (%v), want %q", got, err, want)
		}
	}
}

// TestAskEndsWithTheContext waits for an answer that never comes.
func TestAskEndsWithTheContext(t *testing.T) {
	t.Parallel()
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(t.Context())
	asked := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	_, err := scaffold.NewDialogue(in, asked).Ask(ctx, scaffold.Question{Text: "?"})
	if !errors.Is(err, context.Canceled) || !says(err, "nothing was written") {
		t.Errorf("%v, want the end of the context", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
