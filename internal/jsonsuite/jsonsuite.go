// Package jsonsuite has what JSON parsers disagree about, for tests: what one must
// accept, must reject and may do either with by RFC 8259, and what spgen does.
package jsonsuite

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed suite.tsv
var table string

// Case is a line of suite.tsv.
type Case struct {
	Verdict string // y: must be accepted, n: must be rejected, i: either
	Name    string
	In      string // JSON, or what looks like it
	Ours    string // what spgen does with it: accept, fault, invalid_request or parse_error
}

// Cases returns the lines of suite.tsv.
func Cases() ([]Case, error) {
	var all []Case
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 4 {
			continue
		}
		in, err := unquote(fields[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fields[1], err)
		}
		all = append(all, Case{Verdict: fields[0], Name: fields[1], In: in, Ours: fields[3]})
	}
	return all, nil
}

// unquote reads strings as Go writes them, with "*" and a number to repeat one
// and "+" between several.
func unquote(text string) (string, error) {
	var b strings.Builder
	for text != "" {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return "", fmt.Errorf("%s: %w", text, err)
		}
		part, _ := strconv.Unquote(quoted)
		text = text[len(quoted):]
		times := 1
		if rest, ok := strings.CutPrefix(text, " * "); ok {
			number, _, _ := strings.Cut(rest, " ")
			if times, err = strconv.Atoi(number); err != nil {
				return "", err
			}
			text = rest[len(number):]
		}
		b.WriteString(strings.Repeat(part, times))
		text = strings.TrimPrefix(text, " + ")
	}
	return b.String(), nil
}
