package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	build "github.com/spgen/spgen/internal/version"
)

// version is what `spgen version --json` prints.
type version struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Dirty    bool   `json:"dirty,omitempty"` // the commit was changed
	Go       string `json:"go"`
	Manifest int    `json:"manifest"` // the version of manifest.yaml it reads
}

func currentVersion() version {
	b := build.Current()
	return version{Version: b.Version, Commit: b.Commit, Dirty: b.Dirty, Go: b.Go, Manifest: 1}
}

func newVersion(env environment) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit and the Go that it was built with",
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return json.NewEncoder(env.stdout).Encode(currentVersion())
			}
			_, err := fmt.Fprintln(env.stdout, "spgen", build.Current())
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}
