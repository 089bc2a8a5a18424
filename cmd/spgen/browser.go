package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// browsers open a URL where the environment names none.
var browsers = map[string][]string{
	"darwin":  {"open"},
	"windows": {"rundll32", "url.dll,FileProtocolHandler"},
}

// browse opens a file in a browser: $BROWSER, or what the system has for it.
func browse(ctx context.Context, env environment, path string) error {
	full, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	page := fileURL(full)
	commands, err := browserCommands(env.getenv, runtime.GOOS)
	if err != nil {
		return fmt.Errorf("%w\nhint: open %s yourself, or serve it: the server has it at /docs/", err, page)
	}
	var failures []error
	for _, command := range commands {
		err := run(ctx, env, withPage(command, page))
		if err == nil {
			return nil
		}
		failures = append(failures, fmt.Errorf("open a browser: %s: %w", command[0], err))
	}
	return fmt.Errorf("%w\nhint: open %s yourself, or name another program in $BROWSER", errors.Join(failures...), page)
}

// fileURL is the URL of an absolute path, which has a drive on Windows.
func fileURL(full string) string {
	slashed := filepath.ToSlash(full)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// browserCommands returns what to try, in order. $BROWSER is a list of commands,
// as in a PATH, whose %s is the page.
func browserCommands(getenv func(string) string, system string) ([][]string, error) {
	var all [][]string
	for _, one := range filepath.SplitList(getenv("BROWSER")) {
		if command := strings.Fields(one); len(command) > 0 {
			all = append(all, command)
		}
	}
	switch command := browsers[system]; {
	case len(all) > 0:
		return all, nil
	case command != nil:
		return [][]string{command}, nil
	case getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "":
		return nil, errors.New("there is no display here that a browser could use")
	}
	return [][]string{{"xdg-open"}}, nil
}

// withPage puts the page where the command wants it: for its %s, or at the end.
func withPage(command []string, page string) []string {
	all := make([]string, 0, len(command)+1)
	placed := false
	for _, word := range command {
		placed = placed || strings.Contains(word, "%s")
		all = append(all, strings.ReplaceAll(word, "%s", page))
	}
	if !placed {
		all = append(all, page)
	}
	return all
}

// run runs a command and waits for it. Some browsers live in the terminal.
func run(ctx context.Context, env environment, command []string) error {
	cmd := osexec.CommandContext(ctx, command[0], command[1:]...) // #nosec G204 -- the user's own browser; no shell reads it
	cmd.Stdin, cmd.Stderr = env.stdin, env.stderr
	cmd.Stdout = env.stderr
	if f, terminal := env.stdout.(*os.File); terminal && colored(f, func(string) string { return "" }) {
		cmd.Stdout = f
	}
	return cmd.Run()
}
