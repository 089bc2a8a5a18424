package version_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/spgen/spgen/internal/version"
)

func TestOf(t *testing.T) {
	t.Parallel()
	const commit = "8a37a24f4a02c0ffee8a37a24f4a02c0ffee8a37"
	tests := []struct {
		name string
		in   debug.BuildInfo
		want string
	}{
		{"nothing known", debug.BuildInfo{}, "devel (" + runtime.Version() + ")"},
		{"a test or go run", debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "(devel)"}}, "devel (go1.26.8)"},
		{
			"a release", debug.BuildInfo{
				GoVersion: "go1.26.8", Main: debug.Module{Version: "v1.2.3"},
				Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: "false"}},
			}, "v1.2.3 (commit 8a37a24f4a02, go1.26.8)",
		},
		{
			"changed", debug.BuildInfo{
				GoVersion: "go1.26.8", Main: debug.Module{Version: "v1.2.3+dirty"},
				Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "8a37"}, {Key: "vcs.modified", Value: "true"}},
			}, "v1.2.3+dirty (commit 8a37 with changes, go1.26.8)",
		},
		{
			"another program", debug.BuildInfo{
				GoVersion: "go1.26.8", Main: debug.Module{Path: "example.com/shop", Version: "v9.0.0"},
				Deps: []*debug.Module{{Path: "example.com/x", Version: "v5.0.0"}, {Path: "github.com/spgen/spgen", Version: "v1.2.3"}},
			}, "v9.0.0 (spgen v1.2.3, go1.26.8)",
		},
		{
			"a checkout of spgen", debug.BuildInfo{
				GoVersion: "go1.26.8",
				Deps:      []*debug.Module{{Path: "github.com/spgen/spgen", Version: "v1.2.3", Replace: &debug.Module{Path: "../spgen"}}},
			}, "devel (spgen devel, go1.26.8)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := version.Of(&tt.in).String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func ExampleBuild_String() {
	fmt.Println(version.Build{Version: "v1.2.3", Commit: "8a37a24f4a02", Go: "go1.26.8"})
	// Output: v1.2.3 (commit 8a37a24f4a02, go1.26.8)
}
