// Command sbom writes the bill of materials of programs, as CycloneDX 1.6: the
// modules that Go linked into them, with their checksums, and which of them
// needs which. make release calls it.
//
//	sbom -o FILE PROGRAM...
//
// The same programs make the same bytes. It asks `go list` in the current
// directory, which must be the module that they were built from.
package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	out := flags.String("o", "", "the `FILE` to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" || flags.NArg() == 0 {
		return errors.New("which programs, and where to? use: sbom -o FILE PROGRAM [PROGRAM]")
	}
	var programs []*debug.BuildInfo
	for _, path := range flags.Args() {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read what %s was built from: %w", path, err)
		}
		programs = append(programs, info)
	}
	document, err := write(ctx, programs)
	if err != nil {
		return err
	}
	return os.WriteFile(*out, document, 0o644) // #nosec G306 -- for everybody to read
}

// write returns the document about programs.
func write(ctx context.Context, programs []*debug.BuildInfo) ([]byte, error) {
	needs := graph{}
	for _, p := range programs {
		if err := needs.add(ctx, p); err != nil {
			return nil, err
		}
	}
	b, err := bill(programs, needs)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(b, cyclonedx.SpecVersion1_6)
	return out.Bytes(), err
}
