package load

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Template is text with placeholders, which each request fills anew:
//
//	{{i}}         the number of the request: 1, 2, … over all connections
//	{{conn}}      the number of the connection, from 1
//	{{rand A B}}  an integer from A to B, both included
//
// They stand for digits and may be inside of a JSON string or a value.
type Template struct{ parts []part }

// part is literal text and the placeholder behind it.
type part struct {
	text   string
	fill   filler // nil: none
	lo, hi int64
}

type filler func(p *part, of numbers) int64

// numbers are what a request is filled with.
type numbers struct {
	i, conn int64
	random  *rand.Rand
}

// fillers are the placeholders by name, with the number of their arguments.
var fillers = map[string]struct {
	args int
	fill filler
}{
	"i":    {0, func(_ *part, of numbers) int64 { return of.i }},
	"conn": {0, func(_ *part, of numbers) int64 { return of.conn }},
	"rand": {2, func(p *part, of numbers) int64 { return p.lo + of.random.Int64N(p.hi-p.lo+1) }},
}

// ParseTemplate reads text, which with its placeholders filled is a JSON object.
func ParseTemplate(text string) (*Template, error) {
	var t Template
	rest := text
	for {
		literal, tail, found := strings.Cut(rest, "{{")
		if !found {
			t.parts = append(t.parts, part{text: rest})
			return &t, t.check(text)
		}
		inside, after, closed := strings.Cut(tail, "}}")
		if !closed {
			return nil, fmt.Errorf("{{%s has no }}: a placeholder is {{i}}, {{conn}} or {{rand 1 100}}", tail)
		}
		p, err := newPart(inside)
		if err != nil {
			return nil, err
		}
		p.text, rest = literal, after
		t.parts = append(t.parts, p)
	}
}

func newPart(inside string) (part, error) {
	unknown := fmt.Errorf("{{%s}} is no placeholder: there are {{i}}, {{conn}} and {{rand 1 100}}", inside)
	words := strings.Fields(inside)
	if len(words) == 0 {
		return part{}, unknown
	}
	f, ok := fillers[words[0]]
	if !ok || len(words)-1 != f.args {
		return part{}, unknown
	}
	p := part{fill: f.fill}
	if f.args == 0 {
		return p, nil
	}
	var errs [2]error
	p.lo, errs[0] = strconv.ParseInt(words[1], 10, 63)
	p.hi, errs[1] = strconv.ParseInt(words[2], 10, 63)
	if errs[0] != nil || errs[1] != nil || p.hi < p.lo || p.hi-p.lo+1 <= 0 {
		return part{}, fmt.Errorf("{{%s}}: two integers, the smaller one first, such as {{rand 1 100}}", inside)
	}
	return p, nil
}

// check fills the template once.
func (t *Template) check(text string) error {
	var object map[string]json.RawMessage
	filled := t.appendTo(nil, numbers{i: 1, conn: 1, random: rand.New(rand.NewPCG(1, 1))}) // #nosec G404 -- no secret
	if json.Unmarshal(filled, &object) != nil || object == nil {
		return fmt.Errorf("not a JSON object: %s", text)
	}
	return nil
}

func (t *Template) appendTo(dst []byte, of numbers) []byte {
	for i := range t.parts {
		p := &t.parts[i]
		dst = append(dst, p.text...)
		if p.fill != nil {
			dst = strconv.AppendInt(dst, p.fill(p, of), 10)
		}
	}
	return dst
}
