package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/scaffold"
)

// initAnswers are what `spgen init` needs to know.
type initAnswers struct {
	module      string
	schema      string
	access      string
	replace     string
	databaseURL string
}

func (a *initAnswers) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&a.module, "module", "", "module path of the project, such as example.com/shop (asked for; needed with --yes or without a terminal)")
	f.StringVar(&a.schema, "schema-name", "api", "PostgreSQL schema of the functions")
	f.StringVar(&a.access, "access", string(scaffold.Session), "who may call them at first: session, or public (anyone)")
	f.StringVar(&a.databaseURL, "database-url", "", "PostgreSQL URL of an existing database (default: a private PostgreSQL; the environment is not asked)")
	f.StringVar(&a.replace, "replace", "", "directory with spgen's source, to build against instead of a released version")
}

// check refuses flags that are wrong, before anything is asked.
func (a *initAnswers) check(given func(string) bool) error {
	var errs []error
	for _, flag := range []struct {
		name, value string
		check       func(string) error
	}{
		{"module", a.module, scaffold.CheckModule},
		{"schema-name", a.schema, a.checkSchema},
		{"access", a.access, checkAccess},
		{"database-url", a.databaseURL, checkDatabaseURL},
		{"replace", a.replace, checkReplace},
	} {
		if !given(flag.name) {
			continue
		}
		if err := flag.check(flag.value); err != nil {
			errs = append(errs, fmt.Errorf("--%s: %w", flag.name, err))
		}
	}
	return errors.Join(errs...)
}

func (a *initAnswers) checkSchema(s string) error {
	return scaffold.CheckSchema(s, a.databaseURL != "")
}

func checkAccess(s string) error {
	_, err := scaffold.ParseAccess(s)
	return err
}

func checkDatabaseURL(s string) error {
	if s == "" {
		return errors.New("it is empty: leave the flag out for a private PostgreSQL")
	}
	if _, err := pgx.ParseConfig(s); err != nil {
		return fmt.Errorf("it is malformed: %w\nhint: postgres://user:password@host:5432/database", err)
	}
	return nil
}

func checkReplace(s string) error {
	if s == "" {
		return errors.New("it is empty: name the directory with spgen's source")
	}
	_, err := scaffold.FromCheckout(s, ".")
	return err
}

// ask asks for what was not given, for a project in dir.
func (a *initAnswers) ask(ctx context.Context, d *scaffold.Dialogue, given func(string) bool, dir string) error {
	for _, q := range []struct {
		flag string
		into *string
		scaffold.Question
		unless bool
	}{
		{flag: "module", into: &a.module, Question: scaffold.Question{
			Text: "Module path", Default: "example.com/" + scaffold.NameOf("example.com/"+filepath.Base(dir)), Check: scaffold.CheckModule,
		}},
		{flag: "database-url", into: &a.databaseURL, Question: scaffold.Question{
			Text: "URL of an existing database (empty for a private PostgreSQL)", Check: func(s string) error {
				if s == "" {
					return nil
				}
				return checkDatabaseURL(s)
			},
		}},
		{flag: "schema-name", into: &a.schema, Question: scaffold.Question{
			Text: "PostgreSQL schema of the functions", Default: "api", Check: a.checkSchema,
		}},
		{flag: "access", into: &a.access, Question: scaffold.Question{
			Text: "Who may call them at first: session, or public (anyone)", Default: string(scaffold.Session), Check: checkAccess,
		}},
		{flag: "replace", into: &a.replace, unless: released() != "", Question: scaffold.Question{
			Text: "This spgen is a development build. Directory with its source", Check: checkReplace,
		}},
	} {
		if given(q.flag) || q.unless {
			continue
		}
		answer, err := d.Ask(ctx, q.Question)
		if err != nil {
			return err
		}
		*q.into = answer
	}
	return nil
}

// require refuses answers that are missing.
func (a *initAnswers) require() error {
	if a.module == "" {
		return errors.New("--module is missing: name the project's module path, such as --module example.com/shop")
	}
	if a.replace == "" && released() == "" {
		return errors.New("this spgen is a development build, which go.mod cannot require: give --replace DIR with its source, " +
			"or use a released version: go install " + scaffold.SpgenModule + "/cmd/spgen@latest")
	}
	return nil
}

// toProject returns the project that the answers describe, in dir. What an
// existing database has is still missing.
func (a *initAnswers) toProject(dir string) (scaffold.Project, error) {
	p := scaffold.Project{
		Module: a.module, Schema: a.schema, Access: scaffold.Access(a.access),
		Runtime: scaffold.Runtime{Version: released()},
	}
	var err error
	if a.replace != "" {
		p.Runtime, err = scaffold.FromCheckout(a.replace, dir)
	}
	return p, cmp.Or(err, scaffold.CheckSchema(a.schema, a.databaseURL != ""))
}

// released returns the version that go.mod can require to get this spgen, or "".
// A build of a checkout has a version, too, but no checksum.
func released() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Path != scaffold.SpgenModule || info.Main.Sum == "" {
		return ""
	}
	return info.Main.Version
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./+,:@%-]+$`)

// shellWord returns s as one word of a shell command.
func shellWord(s string) string {
	switch {
	case strings.HasPrefix(s, "-"):
		s = "./" + s
		return shellWord(s)
	case plainWord.MatchString(s):
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
