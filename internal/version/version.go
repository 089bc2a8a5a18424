// Package version says which build a program is. Go stamps it: the version is
// the tag of the commit that was built, or a pseudo-version after the last one.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// spgen is the module whose version the runtime is of.
const spgen = "github.com/spgen/spgen"

// Build is what a program was built from.
type Build struct {
	Version string // of the program's module; "devel" where Go does not say
	Commit  string // of its repository, or ""
	Dirty   bool   // the commit was changed when it was built
	Go      string
	Runtime string // the version of spgen that a program of another module has in it, or ""
}

// Current returns the build that runs.
func Current() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return Of(info)
}

// Of returns the build that info describes.
func Of(info *debug.BuildInfo) Build {
	b := Build{Version: known(info.Main.Version), Go: info.GoVersion}
	if b.Go == "" {
		b.Go = runtime.Version()
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Dirty = s.Value == "true"
		}
	}
	for _, d := range info.Deps {
		if d.Path != spgen {
			continue
		}
		if d.Replace != nil {
			d = d.Replace
		}
		b.Runtime = known(d.Version)
	}
	return b
}

// known names what Go has no version for.
func known(version string) string {
	if version == "" || version == "(devel)" {
		return "devel"
	}
	return version
}

// String returns one line: "v1.2.3 (commit 8a37a24f4a02, go1.26.8)".
func (b Build) String() string {
	var more []string
	if b.Runtime != "" {
		more = append(more, "spgen "+b.Runtime)
	}
	if b.Commit != "" {
		commit := "commit " + b.Commit[:min(len(b.Commit), 12)]
		if b.Dirty {
			commit += " with changes"
		}
		more = append(more, commit)
	}
	return fmt.Sprintf("%s (%s)", b.Version, strings.Join(append(more, b.Go), ", "))
}
