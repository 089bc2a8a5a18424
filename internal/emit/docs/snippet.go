package docs

import (
	"cmp"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// snippet is one way to send a request.
type snippet struct {
	Lang, Title string
	HTML        template.HTML
}

// socket is where `make run` and `spgen call` expect the server.
const socket = "ws://127.0.0.1:8080/ws"

// opening is the method that snippets call first where one needs a session.
type opening struct {
	method *ir.Method
	params object
	maker  *ir.Method // whose snippet makes the account of params, or nil
}

var login = regexp.MustCompile(`(?i)^(log|sign)_?(in|on)$`)

// opener returns a public method that opens a session, a login before others, or nil.
func (s *site) opener() *opening {
	var all []*ir.Method
	for _, sv := range s.model.Services {
		for _, m := range sv.Methods {
			if m.Session == "open" && m.Access.Public {
				all = append(all, m)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	rank := func(m *ir.Method) int {
		switch {
		case login.MatchString(m.Name):
			return 0
		case m.Account != "":
			return 1
		}
		return 2
	}
	m := slices.MinFunc(all, func(a, b *ir.Method) int { return cmp.Compare(rank(a), rank(b)) })
	params, err := exampleParams(m)
	if err != nil {
		return nil
	}
	for _, other := range all {
		if made, err := exampleParams(other); other != m && err == nil && params.take(made) {
			return &opening{m, params, other}
		}
	}
	return &opening{m, params, nil}
}

// exampleParams are those of a call of m that succeeds.
func exampleParams(m *ir.Method) (object, error) {
	request, _, err := exampleFrames(m)
	if err != nil {
		return nil, err
	}
	for _, t := range m.Transcripts {
		if t.Error == "" {
			request = t.Request
			break
		}
	}
	return paramsOf(request)
}

// take sets all of o to the values that from has, if it has each of them.
func (o object) take(from object) bool {
	values := make([]any, len(o))
	for i, one := range o {
		at := slices.IndexFunc(from, func(other member) bool { return other.key == one.key })
		if at < 0 {
			return false
		}
		values[i] = from[at].value
	}
	for i := range o {
		o[i].value = values[i]
	}
	return len(o) > 0
}

// snippets returns the ways to send request, which calls m.
func snippets(m *ir.Method, request string, o *opening) []snippet {
	frame := snippet{"frame", "Frame", highlight(request)}
	params, err := paramsOf(request)
	if err != nil {
		return []snippet{frame}
	}
	if m.Access.Public || m.Session == "open" {
		o = nil
	}
	c := call{method: m, params: params, request: compactJSON(request), opening: o}
	return []snippet{
		frame,
		{"go", "Go", highlightCode(c.golang(), "go")},
		{"javascript", "JavaScript", highlightCode(c.javaScript(), "javascript")},
		{"python", "Python", highlightCode(c.python(), "python")},
		{"shell", "spgen call", highlightCode(c.shell(), "shell")},
	}
}

// call is a request to be written in some language.
type call struct {
	method  *ir.Method
	params  object
	request string   // the frame on one line
	opening *opening // what to call before, or nil
}

// why says what the call before is for.
func (c call) why() string {
	account := "with an account of yours: put it here"
	if c.opening.maker != nil {
		account = "with the account that the snippet of " + c.opening.maker.Name + " makes"
	}
	return fmt.Sprintf("%s opens the session that %s needs, %s.", c.opening.method.Name, c.method.Name, account)
}

func (c call) javaScript() string {
	var b strings.Builder
	fmt.Fprintf(&b, "const ws = new WebSocket(%q, \"spgen.v1.json\");\n", socket)
	b.WriteString("ws.onmessage = (event) => console.log(event.data);\nws.onopen = () => {\n")
	send := func(frame object, raw string) {
		text, ok := javaScript.literal(frame, "  ")
		if ok {
			text = "JSON.stringify(" + text + ")"
		} else {
			text = quoted(raw)
		}
		b.WriteString("  ws.send(" + text + ");\n")
	}
	if c.opening != nil {
		b.WriteString("  // " + c.why() + "\n")
		frame := object{{"method", c.opening.method.ID}, {"params", c.opening.params}}
		raw, _ := marshal(frame) // it was JSON
		send(frame, string(raw))
	}
	send(object{{"method", c.method.ID}, {"seq", 1}, {"params", c.params}}, c.request)
	b.WriteString("};\n")
	return b.String()
}

func (c call) python() string {
	var b strings.Builder
	b.WriteString("import asyncio, json\nimport websockets\n\nasync def main():\n")
	fmt.Fprintf(&b, "    async with websockets.connect(%q, subprotocols=[\"spgen.v1.json\"]) as ws:\n", socket)
	send := func(frame object) {
		text, _ := python.literal(frame, "        ")
		b.WriteString("        await ws.send(json.dumps(" + text + "))\n        print(await ws.recv())\n")
	}
	if c.opening != nil {
		b.WriteString("        # " + c.why() + "\n")
		send(object{{"method", c.opening.method.ID}, {"params", c.opening.params}})
	}
	send(object{{"method", c.method.ID}, {"seq", 1}, {"params", c.params}})
	b.WriteString("\nasyncio.run(main())\n")
	return b.String()
}

func (c call) shell() string {
	this := shellName(c.method)
	if c.opening == nil {
		return "spgen call " + this + shellParams(" ", c.params, shellQuote) + "\n"
	}
	plain := func(s string) string { return s }
	return "# " + c.why() + "\nspgen call " + shellName(c.opening.method) + shellParams(" ", c.opening.params, shellQuote) +
		" \\\n  --then " + shellQuote(this+shellParams(" ", c.params, plain)) + "\n"
}

// shellName is the name of m where a shell and --then take it as one word, else its ID.
func shellName(m *ir.Method) string {
	if bareKey.MatchString(m.Name) {
		return m.Name
	}
	return fmt.Sprint(m.ID)
}

func shellParams(before string, params object, quote func(string) string) string {
	if len(params) == 0 {
		return ""
	}
	text, err := marshal(params)
	if err != nil {
		return ""
	}
	return before + quote(string(text))
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
