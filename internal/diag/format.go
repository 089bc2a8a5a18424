package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Format is a way to write a List.
type Format string

// The formats.
const (
	TextFormat   Format = "text"   // for people
	JSONFormat   Format = "json"   // for programs
	GitHubFormat Format = "github" // workflow commands that annotate a pull request
)

// Formats lists them, for flags and completion.
var Formats = []Format{TextFormat, JSONFormat, GitHubFormat}

// ParseFormat returns the format named s.
func ParseFormat(s string) (Format, error) {
	for _, f := range Formats {
		if string(f) == s {
			return f, nil
		}
	}
	return "", fmt.Errorf("unknown format %q: use text, json or github", s)
}

// Write writes l to w in format f. The options are for TextFormat alone.
func (l List) Write(w io.Writer, f Format, o TextOptions) error {
	switch f {
	case TextFormat:
		return l.Text(w, o)
	case JSONFormat:
		return l.JSON(w)
	case GitHubFormat:
		return l.GitHub(w)
	}
	_, err := ParseFormat(string(f))
	return err
}

type jsonDiagnostic struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"`
	Col      int      `json:"col,omitempty"`
	Subject  string   `json:"subject,omitempty"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
}

type jsonList struct {
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Notes       int              `json:"notes"`
}

// JSON writes one object with the diagnostics and their counts.
func (l List) JSON(w io.Writer) error {
	out := jsonList{
		Diagnostics: make([]jsonDiagnostic, len(l)),
		Errors:      l.Count(Error), Warnings: l.Count(Warning), Notes: l.Count(Note),
	}
	for i, d := range l {
		out.Diagnostics[i] = jsonDiagnostic{
			Code: d.Code, Severity: d.Severity,
			File: d.Pos.File, Line: d.Pos.Line, Col: d.Pos.Col,
			Subject: d.Subject, Message: d.Message, Hint: d.Hint,
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

var (
	githubCommands = [...]string{Note: "notice", Warning: "warning", Error: "error"}
	githubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub writes one workflow command a diagnostic:
// "::error file=…,line=…,col=…,title=MAN003::message".
func (l List) GitHub(w io.Writer) error {
	var b strings.Builder
	for _, d := range l {
		b.WriteString("::" + githubCommands[min(d.Severity, Error)] + " ")
		if d.Pos.File != "" {
			b.WriteString("file=" + githubProperty.Replace(d.Pos.File) + ",")
		}
		if d.Pos.Line > 0 {
			fmt.Fprintf(&b, "line=%d,", d.Pos.Line)
		}
		if d.Pos.Col > 0 {
			fmt.Fprintf(&b, "col=%d,", d.Pos.Col)
		}
		b.WriteString("title=" + githubProperty.Replace(d.Code) + "::" + githubText.Replace(indented(d.body(), "")) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// body is everything that is not place, severity and code.
func (d Diagnostic) body() string {
	s := d.Message
	if d.showsSubject() {
		s += "\nabout: " + d.Subject
	}
	if d.Hint != "" {
		s += "\nhint: " + d.Hint
	}
	return s
}

// showsSubject reports whether the subject needs saying besides the message.
func (d Diagnostic) showsSubject() bool {
	return d.Subject != "" && !strings.Contains(d.Message, d.Subject)
}
