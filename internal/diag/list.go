package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Add appends d and returns it for chaining. The pointer is valid until the
// next diagnostic is added.
func (l *List) Add(d Diagnostic) *Diagnostic {
	*l = append(*l, d)
	return &(*l)[len(*l)-1]
}

// Errorf adds an error. Hintf and About of the answer complete it:
//
//	l.Errorf("MAN002", pos, "unknown key %q", key).Hintf("did you mean %q?", near)
func (l *List) Errorf(code string, pos Pos, format string, args ...any) *Diagnostic {
	return l.Add(Diagnostic{Code: code, Severity: Error, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning.
func (l *List) Warnf(code string, pos Pos, format string, args ...any) *Diagnostic {
	return l.Add(Diagnostic{Code: code, Severity: Warning, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Notef adds a note.
func (l *List) Notef(code string, pos Pos, format string, args ...any) *Diagnostic {
	return l.Add(Diagnostic{Code: code, Severity: Note, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Hintf sets the hint.
func (d *Diagnostic) Hintf(format string, args ...any) *Diagnostic {
	d.Hint = fmt.Sprintf(format, args...)
	return d
}

// About sets the subject.
func (d *Diagnostic) About(subject string) *Diagnostic {
	d.Subject = subject
	return d
}

// Count returns how many diagnostics have severity s.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// HasErrors reports whether any diagnostic is an error.
func (l List) HasErrors() bool { return l.Count(Error) > 0 }

// Stops reports whether an error concerns more than one routine, so that nothing
// can be generated.
func (l List) Stops() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error && !d.Confined })
}

// Confine marks the errors of l as those of one routine alone.
func (l List) Confine() {
	for i := range l {
		l[i].Confined = l[i].Severity == Error
	}
}

// Sort orders by file, line, column and code, and keeps the order of equals.
// Diagnostics without a file come first.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.Code, b.Code),
		)
	})
}

// Err returns nil when l holds no error, and a *ListError otherwise.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return &ListError{List: l}
}

// ListError is a List with at least one error, as an error.
type ListError struct{ List List }

// Error returns the first error in one line, and how many more there are.
func (e *ListError) Error() string {
	errors := e.List.Count(Error)
	i := slices.IndexFunc(e.List, func(d Diagnostic) bool { return d.Severity == Error })
	if i < 0 {
		return "no errors"
	}
	if errors == 1 {
		return e.List[i].String()
	}
	return fmt.Sprintf("%s (and %s)", e.List[i], plural(errors-1, "more error"))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
