package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

// bill makes the bill of materials of programs of one module, whose modules
// need each other as needs says.
func bill(programs []*debug.BuildInfo, needs graph) (*cyclonedx.BOM, error) {
	main := programs[0].Main
	modules := map[string]debug.Module{}
	for _, p := range programs {
		if p.Main.Path != main.Path || p.Main.Version != main.Version || p.GoVersion != programs[0].GoVersion {
			return nil, fmt.Errorf("%s of %s %s was built from another module, version or Go than %s", p.Path, p.Main.Path, p.Main.Version, programs[0].Path)
		}
		for _, m := range p.Deps {
			if m.Replace != nil {
				return nil, fmt.Errorf("%s is replaced by %s, which others do not have", m.Path, m.Replace.Path)
			}
			modules[m.Path] = *m
		}
	}
	modules[standard] = debug.Module{Path: standard, Version: strings.TrimPrefix(programs[0].GoVersion, "go")}
	subject, err := component(main, cyclonedx.ComponentTypeApplication)
	if err != nil {
		return nil, err
	}
	b := cyclonedx.NewBOM()
	b.Metadata = &cyclonedx.Metadata{Timestamp: committed(programs[0]), Component: &subject}
	var components []cyclonedx.Component
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		c, err := component(modules[path], cyclonedx.ComponentTypeLibrary)
		if err != nil {
			return nil, err
		}
		components = append(components, c)
	}
	b.Components = &components
	modules[main.Path] = main
	b.Dependencies = dependencies(modules, needs)
	b.SerialNumber = serial(b)
	return b, nil
}

// component describes a module.
func component(m debug.Module, kind cyclonedx.ComponentType) (cyclonedx.Component, error) {
	c := cyclonedx.Component{
		BOMRef: ref(m), Type: kind, Name: m.Path, Version: m.Version, PackageURL: ref(m), Scope: cyclonedx.ScopeRequired,
	}
	if kind == cyclonedx.ComponentTypeApplication {
		c.Scope = ""
	}
	if m.Sum != "" {
		sum, err := checksum(m.Sum)
		if err != nil {
			return c, fmt.Errorf("the checksum of %s: %w", m.Path, err)
		}
		c.Hashes = &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: sum}}
	}
	return c, nil
}

// ref returns a module's package URL.
func ref(m debug.Module) string {
	version := strings.ReplaceAll(cmp.Or(m.Version, "(devel)"), "+", "%2B")
	return "pkg:golang/" + m.Path + "@" + version
}

// checksum turns what go.sum says of a module into hexadecimal: the SHA-256 of
// the list of its files' SHA-256.
func checksum(sum string) (string, error) {
	digits, ok := strings.CutPrefix(sum, "h1:")
	if !ok {
		return "", errors.New("is no h1 hash: " + sum)
	}
	raw, err := base64.StdEncoding.DecodeString(digits)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(raw), nil
}

// dependencies lists what each module needs, of those that are linked.
func dependencies(modules map[string]debug.Module, needs graph) *[]cyclonedx.Dependency {
	var all []cyclonedx.Dependency
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		d := cyclonedx.Dependency{Ref: ref(modules[path])}
		var on []string
		for _, need := range slices.Sorted(maps.Keys(needs[path])) {
			if m, linked := modules[need]; linked {
				on = append(on, ref(m))
			}
		}
		if on != nil {
			d.Dependencies = &on
		}
		all = append(all, d)
	}
	return &all
}

// committed returns when the commit was made that a program was built from, or "".
func committed(program *debug.BuildInfo) string {
	for _, s := range program.Settings {
		if s.Key == "vcs.time" {
			if _, err := time.Parse(time.RFC3339, s.Value); err == nil {
				return s.Value
			}
		}
	}
	return ""
}

// serial returns a UUID (RFC 9562, version 8) that is the same for the same contents.
func serial(b *cyclonedx.BOM) string {
	h := sha256.New()
	fmt.Fprintln(h, b.Metadata.Component.PackageURL, b.Metadata.Timestamp) //nolint:errcheck // hashes take everything
	for _, c := range *b.Components {
		fmt.Fprintln(h, c.PackageURL, sums(c)) //nolint:errcheck // hashes take everything
	}
	id := h.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

func sums(c cyclonedx.Component) []cyclonedx.Hash {
	if c.Hashes == nil {
		return nil
	}
	return *c.Hashes
}
