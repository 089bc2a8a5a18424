package diag

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// IsZero reports whether p names no place.
func (p Pos) IsZero() bool { return p == Pos{} }

// String returns "file:line:col" without the parts that are unknown.
func (p Pos) String() string {
	s := p.File
	if p.Line == 0 {
		return s
	}
	s += ":" + strconv.Itoa(p.Line)
	if p.Col == 0 {
		return s
	}
	return s + ":" + strconv.Itoa(p.Col)
}

var severityNames = [...]string{Note: "note", Warning: "warning", Error: "error"}

// String returns "note", "warning" or "error".
func (s Severity) String() string {
	if int(s) >= len(severityNames) {
		return fmt.Sprintf("severity %d", uint8(s))
	}
	return severityNames[s]
}

// MarshalJSON writes the name.
func (s Severity) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// where is the place, or else the subject: what a line of text begins with.
func (d Diagnostic) where() string {
	if s := d.Pos.String(); s != "" {
		return s
	}
	return d.Subject
}

// String returns the finding as one line: "file:1:2: error[MAN003]: message".
func (d Diagnostic) String() string {
	s := fmt.Sprintf("%s[%s]: %s", d.Severity, d.Code, d.Message)
	if where := d.where(); where != "" {
		return where + ": " + s
	}
	return s
}
