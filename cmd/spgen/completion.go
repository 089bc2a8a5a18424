package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/gen"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/project"
)

// shells are those that completion scripts exist for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletion(env environment) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print what makes a shell complete spgen's commands",
		Long: `Print a script that makes a shell complete commands, flags and method names.

  bash        source <(spgen completion bash)
  zsh         source <(spgen completion zsh)
  fish        spgen completion fish | source
  powershell  spgen completion powershell | Out-String | Invoke-Expression

Put that line into the shell's start-up file to have it always.`,
		ValidArgs: shells,
		Args:      cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(env.stdout, true)
			case "zsh":
				return root.GenZshCompletion(env.stdout)
			case "fish":
				return root.GenFishCompletion(env.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(env.stdout)
			}
			return usage(fmt.Errorf("there is no completion for %s: shells are %s", args[0], strings.Join(shells, ", ")))
		},
	}
}

// completer gives candidates for what is being typed.
type completer = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

// firstArgument are commands whose first argument is completed so.
var firstArgument = map[string]completer{
	"describe": fromManifest(methodNames), "call": fromManifest(methodNames), "bench": fromManifest(methodNames), "explain": complete(codes),
}

// flagValues are flags whose value is completed so, of any command that has them.
var flagValues = map[string]completer{
	"then": fromManifest(methodNames), "service": fromManifest(serviceNames), "retire": fromManifest(methodNames),
	"repoint": fromManifest(methodNames), "access": fromManifest(accesses), "format": complete(formats),
}

// completing makes the commands of root complete what the manifest knows. No
// database is needed.
func completing(root *cobra.Command) {
	for _, c := range root.Commands() {
		if f := firstArgument[c.Name()]; f != nil && c.ValidArgsFunction == nil {
			c.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
				if len(args) > 0 {
					return nil, cobra.ShellCompDirectiveNoFileComp
				}
				return f(cmd, args, typed)
			}
		}
		for name, f := range flagValues {
			if c.Flags().Lookup(name) != nil {
				_ = c.RegisterFlagCompletionFunc(name, f) // fails where the command has its own
			}
		}
	}
}

// complete makes a completer of all candidates.
func complete(all func() []string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return all(), cobra.ShellCompDirectiveNoFileComp
	}
}

// fromManifest makes a completer of what the manifest of the project knows;
// nothing outside of a project.
func fromManifest(all func(*manifest.Manifest) []string) completer {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		dir := schemaDir(cmd)
		if dir == "" {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		m, _ := manifest.Load(filepath.Join(dir, manifest.FileName))
		return all(m), cobra.ShellCompDirectiveNoFileComp
	}
}

// schemaDir is the schema directory that is being typed about, or "".
func schemaDir(cmd *cobra.Command) string {
	if f := cmd.Flags().Lookup("schema"); f != nil && f.Value.String() != "" {
		return f.Value.String()
	}
	root, err := project.Find(".")
	if err != nil {
		return ""
	}
	return root.Schema()
}

// releases completes --against: with releases, and files.
func releases(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return gen.Releases(schemaDir(cmd)), cobra.ShellCompDirectiveDefault
}

// methodNames are the methods' names, described by ID and function.
func methodNames(m *manifest.Manifest) []string {
	var all []string
	for _, x := range m.Methods {
		all = append(all, x.Name+"\t"+strconv.FormatUint(uint64(x.ID), 10)+" "+x.Function)
	}
	return all
}

func serviceNames(m *manifest.Manifest) []string {
	var all []string
	for _, s := range m.Services {
		all = append(all, s.Name+"\t"+s.Doc)
	}
	return all
}

func accesses(m *manifest.Manifest) []string {
	all := []string{"public", "session"}
	seen := map[string]bool{}
	for _, x := range m.Methods {
		for _, role := range x.Access.Roles {
			if !seen[role] {
				all = append(all, role)
			}
			seen[role] = true
		}
	}
	return all
}

func codes() []string {
	var all []string
	for _, e := range diag.Explanations() {
		all = append(all, e.Code+"\t"+e.Title)
	}
	return all
}

func formats() []string {
	var all []string
	for _, f := range diag.Formats {
		all = append(all, string(f))
	}
	return all
}
