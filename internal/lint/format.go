package lint

import (
	"encoding/json"
	"io"

	"github.com/spgen/spgen/internal/diag"
)

// jsonFinding is what diag writes of a diagnostic, and what only lint knows.
type jsonFinding struct {
	Key      string        `json:"key"`
	Code     string        `json:"code"`
	Severity diag.Severity `json:"severity"`
	File     string        `json:"file,omitempty"`
	Line     int           `json:"line,omitempty"`
	Col      int           `json:"col,omitempty"`
	BodyLine int           `json:"body_line,omitempty"`
	Snippet  string        `json:"snippet,omitempty"`
	Subject  string        `json:"subject,omitempty"`
	Message  string        `json:"message"`
	Hint     string        `json:"hint,omitempty"`
	Fix      string        `json:"fix,omitempty"`
}

type jsonReport struct {
	Diagnostics []jsonFinding `json:"diagnostics"`
	Errors      int           `json:"errors"`
	Warnings    int           `json:"warnings"`
	Notes       int           `json:"notes"`
}

// List returns the findings as diagnostics.
func List(all []Finding) diag.List {
	list := make(diag.List, len(all))
	for i, f := range all {
		list[i] = f.Diagnostic
	}
	return list
}

// Write writes findings to w. JSON has the key of each: it is the same in every
// run and on every database of that schema.
func Write(w io.Writer, all []Finding, f diag.Format, o diag.TextOptions) error {
	list := List(all)
	if f != diag.JSONFormat {
		return list.Write(w, f, o)
	}
	report := jsonReport{
		Diagnostics: make([]jsonFinding, len(all)),
		Errors:      list.Count(diag.Error), Warnings: list.Count(diag.Warning), Notes: list.Count(diag.Note),
	}
	for i, f := range all {
		report.Diagnostics[i] = jsonFinding{
			Key: f.Key, Code: f.Code, Severity: f.Severity, File: f.Pos.File, Line: f.Pos.Line, Col: f.Pos.Col,
			BodyLine: f.Line, Snippet: f.Snippet, Subject: f.Subject, Message: f.Message, Hint: f.Hint, Fix: f.Fix,
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(report)
}
