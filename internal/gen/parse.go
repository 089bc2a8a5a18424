package gen

import (
	"go/parser"
	"go/token"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/emit/golang"
)

// parse holds that the Go files among names are Go, and reports those that are
// not. Most are laid out without gofmt, which would have parsed them. What is on
// disk already is not looked at again.
func parse(names []string, files map[string][]byte, report *Report) {
	faults := make([]error, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		if strings.HasSuffix(name, ".go") {
			group.Go(func() error {
				_, faults[i] = parser.ParseFile(token.NewFileSet(), name, files[name], parser.SkipObjectResolution)
				return nil
			})
		}
	}
	_ = group.Wait() // faults has them
	for i, err := range faults {
		if err != nil {
			report.malformed(&golang.FormatError{File: names[i], Source: files[names[i]], Err: err})
		}
	}
}

// malformed reports Go code that does not parse.
func (r *Report) malformed(e *golang.FormatError) {
	r.Diagnostics.Errorf("GEN002", diag.Pos{}, "%v", e).
		Hintf("this is a bug in spgen: report it with the code in %s", keep(e.Source))
}
