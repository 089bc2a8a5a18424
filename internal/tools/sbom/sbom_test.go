package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema compiles the schema of CycloneDX 1.6, which its module carries.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), "schema")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.DefaultDraft(jsonschema.Draft7)
	for url, name := range map[string]string{
		"http://cyclonedx.org/schema/bom-1.6.schema.json":  "bom-1.6.schema.json",
		"http://cyclonedx.org/schema/spdx.schema.json":     "spdx.schema.json",
		"http://cyclonedx.org/schema/jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(url, document); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// program is how Go describes the program of this package: the test's own build.
func program(t *testing.T) *debug.BuildInfo {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("no build information")
	}
	info.Path = strings.TrimSuffix(info.Path, ".test")
	info.Main.Version = "v1.2.3+dirty"
	info.Settings = append(info.Settings, debug.BuildSetting{Key: "vcs.time", Value: "2026-11-22T13:43:54Z"})
	return info
}

func TestDocument(t *testing.T) {
	t.Parallel()
	p := program(t)
	document, err := write(t.Context(), []*debug.BuildInfo{p, p})
	if err != nil {
		t.Fatal(err)
	}
	again, err := write(t.Context(), []*debug.BuildInfo{p})
	if err != nil || !bytes.Equal(document, again) {
		t.Errorf("the same modules make another document (%v)", err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	s := schema(t)
	if err := s.Validate(value); err != nil {
		t.Errorf("not CycloneDX 1.6: %v", err)
	}
	value.(map[string]any)["specVersion"] = 1.6
	if s.Validate(value) == nil {
		t.Error("the schema takes anything")
	}
	var bom struct {
		Components []struct {
			Name, Version, PURL string
			Hashes              []struct{ Content string }
		}
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
	}
	if err := json.Unmarshal(document, &bom); err != nil {
		t.Fatal(err)
	}
	if len(bom.Components) != len(p.Deps)+1 {
		t.Errorf("%d components of %d modules and the standard library", len(bom.Components), len(p.Deps))
	}
	for _, c := range bom.Components {
		if c.Name != standard && (len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64) {
			t.Errorf("%s has the checksums %v", c.PURL, c.Hashes)
		}
	}
	main := bom.Dependencies[slices.IndexFunc(bom.Dependencies, func(d struct {
		Ref       string
		DependsOn []string
	},
	) bool {
		return strings.HasPrefix(d.Ref, "pkg:golang/"+p.Main.Path+"@")
	})]
	if main.Ref != "pkg:golang/"+p.Main.Path+"@v1.2.3%2Bdirty" || len(main.DependsOn) != 2 ||
		!strings.HasPrefix(main.DependsOn[0], "pkg:golang/github.com/CycloneDX/cyclonedx-go@") ||
		!strings.HasPrefix(main.DependsOn[1], "pkg:golang/std@") {
		t.Errorf("the program needs %v", main)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good := func() *debug.BuildInfo {
		return &debug.BuildInfo{
			GoVersion: "go1.26.8", Path: "example.com/a/cmd/a", Main: debug.Module{Path: "example.com/a", Version: "v1.0.0"},
			Deps: []*debug.Module{{Path: "example.com/b", Version: "v2.0.0", Sum: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},
		}
	}
	tests := []struct {
		name, want string
		spoil      func(*debug.BuildInfo)
	}{
		{"another version", "another module, version or Go", func(p *debug.BuildInfo) { p.Main.Version = "v1.0.1" }},
		{"another Go", "another module, version or Go", func(p *debug.BuildInfo) { p.GoVersion = "go1.26.9" }},
		{"replaced", "replaced by ../b", func(p *debug.BuildInfo) { p.Deps[0].Replace = &debug.Module{Path: "../b"} }},
		{"another hash", "is no h1 hash", func(p *debug.BuildInfo) { p.Deps[0].Sum = "h2:00" }},
		{"no hash", "checksum of example.com/b", func(p *debug.BuildInfo) { p.Deps[0].Sum = "h1:!" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bad := good()
			tt.spoil(bad)
			if _, err := bill([]*debug.BuildInfo{good(), bad}, graph{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
