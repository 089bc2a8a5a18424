package docs

import (
	"bytes"
	"path"
)

// consoleParts are the files of the console's script, in the order in which it
// needs them.
var consoleParts = []string{
	"json", "dom", "secret", "shape", "control", "moment", "group", "field", "form", "socket", "session", "answer", "snippet", "warn", "history", "link", "panel", "bar", "start",
}

// renderConsole makes console.js, which the server adds to the page when it is to
// have a console: one script whose names are its own.
func renderConsole(*site) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("// " + Header + "\n(() => {\n\"use strict\";\n")
	for _, name := range consoleParts {
		part, err := asset(path.Join("console", name+".js"))
		if err != nil {
			return nil, err
		}
		b.WriteString("\n")
		b.Write(part)
	}
	b.WriteString("})();\n")
	return b.Bytes(), nil
}

// renderConsoleStyle gives console.css.
func renderConsoleStyle(*site) ([]byte, error) { return asset("console.css") }
