package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// Filter says which findings are wanted. The zero value takes all.
type Filter struct {
	Severity diag.Severity // the least
	Only     []string      // codes; none: all
	Except   []string      // codes
}

// NewFilter checks what a command line says. Codes may be in lower case.
func NewFilter(severity string, only, except []string) (Filter, error) {
	var f Filter
	names := []string{diag.Note.String(), diag.Warning.String(), diag.Error.String()}
	i := slices.Index(names, severity)
	if i < 0 {
		return f, fmt.Errorf("--severity %s: use note, warning or error", severity)
	}
	f.Severity = diag.Severity(i) // #nosec G115 -- one of three
	var err error
	if f.Only, err = codes("--only", only); err != nil {
		return f, err
	}
	f.Except, err = codes("--except", except)
	return f, err
}

func codes(flag string, names []string) ([]string, error) {
	var all, known []string
	for _, e := range diag.Explanations() {
		known = append(known, e.Code)
	}
	for _, name := range names {
		code := strings.ToUpper(strings.TrimSpace(name))
		if slices.Contains(known, code) {
			all = append(all, code)
			continue
		}
		if near := diag.Nearest(code, known); near != "" {
			return nil, fmt.Errorf("%s: there is no code %q: did you mean %s?", flag, name, near)
		}
		return nil, fmt.Errorf("%s: there is no code %q: `spgen explain` lists them", flag, name)
	}
	return all, nil
}

// Apply returns the findings that f wants.
func (f Filter) Apply(all []Finding) []Finding {
	var wanted []Finding
	for _, x := range all {
		if x.Severity >= f.Severity && (len(f.Only) == 0 || slices.Contains(f.Only, x.Code)) && !slices.Contains(f.Except, x.Code) {
			wanted = append(wanted, x)
		}
	}
	return wanted
}

// Fails reports whether a warning or an error is among all.
func Fails(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity >= diag.Warning })
}
