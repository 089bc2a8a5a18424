package migrate

import (
	"maps"
	"slices"
)

// plan is which files of functions/ are to be installed, and which are gone.
type plan struct {
	install []file // by path
	reason  map[string]Reason
	gone    []string // paths, sorted
}

func newPlan(src *source, st *state) *plan {
	p := &plan{reason: map[string]Reason{}}
	here := map[string]bool{}
	for _, f := range src.functions {
		here[f.path] = true
		if r := st.reasonFor(f); r != "" {
			p.install = append(p.install, f)
			p.reason[f.path] = r
		}
	}
	for _, path := range slices.Sorted(maps.Keys(st.functions)) {
		if !here[path] {
			p.gone = append(p.gone, path)
		}
	}
	return p
}

// reasonFor returns why f is to be installed, or "".
func (st *state) reasonFor(f file) Reason {
	was, ok := st.functions[f.path]
	switch {
	case !ok:
		return FileNew
	case was.sha256 != f.sha256:
		return FileChanged
	}
	for _, r := range was.routines {
		if !st.present[r] {
			return RoutineMissing
		}
	}
	return ""
}

func (p *plan) empty() bool { return len(p.install)+len(p.gone) == 0 }
