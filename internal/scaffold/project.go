package scaffold

import (
	"bytes"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"text/template"

	"github.com/spgen/spgen/templates"
)

// Access is who may call the methods of a project, at first.
type Access string

// The accesses.
const (
	Public  Access = "public"  // anyone
	Session Access = "session" // clients that have a session
)

// ParseAccess reads the value of --access.
func ParseAccess(s string) (Access, error) {
	if a := Access(s); a == Public || a == Session {
		return a, nil
	}
	return "", fmt.Errorf("access cannot be %q: say public (anyone may call) or session (clients that have a session)", s)
}

// Project is what a new project is made from.
type Project struct {
	Module   string
	Schema   string // PostgreSQL schema of the functions
	Access   Access
	Runtime  Runtime  // where the project gets spgen from
	Existing *Listing // what an existing database has; nil: the project makes its own
}

// Check reports what is wrong with p.
func (p Project) Check() error {
	if err := CheckModule(p.Module); err != nil {
		return err
	}
	if err := CheckSchema(p.Schema, p.Existing != nil); err != nil {
		return err
	}
	_, err := ParseAccess(string(p.Access))
	return err
}

// Files returns the project's files by path, with slashes.
func (p Project) Files() (map[string][]byte, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	files, err := p.Runtime.moduleFiles(p.Module)
	if err != nil {
		return nil, err
	}
	set, err := parseTemplates()
	if err != nil {
		return nil, err
	}
	data := p.data()
	for name, source := range p.layout() {
		var out bytes.Buffer
		if err := set.ExecuteTemplate(&out, source, data); err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = out.Bytes()
	}
	return files, nil
}

// The templates of files by path. Those of every project come first, then those
// of one kind.
var (
	everywhere = map[string]string{
		".gitignore": "common/gitignore.tmpl", "cmd/server/serve_test.go": "common/serve_test.go.tmpl",
	}
	overExisting = map[string]string{
		"Makefile": "existing/Makefile.tmpl", "README.md": "existing/README.md.tmpl",
		".github/workflows/ci.yml": "existing/ci.yml.tmpl", "cmd/server/main.go": "existing/main.go.tmpl",
		"cmd/server/main_test.go": "existing/main_test.go.tmpl", "schema/manifest.yaml": "existing/manifest.yaml.tmpl",
	}
	fromNothing = map[string]string{
		"Makefile": "new/Makefile.tmpl", "README.md": "new/README.md.tmpl",
		".github/workflows/ci.yml": "new/ci.yml.tmpl", "cmd/server/main.go": "new/main.go.tmpl",
		"schema/schema.go": "new/schema.go.tmpl", "schema/migrations/001_roles.sql": "new/roles.sql.tmpl",
	}
	withAccess = map[Access]map[string]string{
		Public: {
			"cmd/server/main_test.go": "public/main_test.go.tmpl", "schema/manifest.yaml": "public/manifest.yaml.tmpl",
			"schema/migrations/002_tables.sql":     "public/tables.sql.tmpl",
			"schema/functions/greetings/greet.sql": "public/greet.sql.tmpl",
		},
		Session: {
			"cmd/server/main_test.go": "session/main_test.go.tmpl", "schema/manifest.yaml": "session/manifest.yaml.tmpl",
			"schema/migrations/002_tables.sql":     "session/tables.sql.tmpl",
			"schema/functions/auth/sign_up.sql":    "session/sign_up.sql.tmpl",
			"schema/functions/auth/authorize.sql":  "session/authorize.sql.tmpl",
			"schema/functions/greetings/greet.sql": "session/greet.sql.tmpl",
			"schema/examples.sql":                  "session/examples.sql.tmpl",
		},
	}
)

// layout returns the template of each file.
func (p Project) layout() map[string]string {
	parts := []map[string]string{everywhere, fromNothing, withAccess[p.Access]}
	if p.Existing != nil {
		parts = []map[string]string{everywhere, overExisting}
	}
	all := map[string]string{}
	for _, part := range parts {
		for name, source := range part {
			all[name] = source
		}
	}
	return all
}

// view is what templates see. Owner, Server, Tables and Schema are SQL.
type view struct {
	Module, Name, SchemaName, ServerRole string
	Owner, Server, Tables, Schema        string
	Try, Call                            string
	Session                              bool
	*Listing
}

// tries are the frame to try and the command that sends it, and more.
var tries = map[Access][2]string{
	Public: {
		`{"method": 10000, "params": {"name": "krumplee"}}`,
		`go tool spgen call Greet '{"name": "krumplee"}'`,
	},
	Session: {
		`{"method": 10000, "params": {"name": "krumplee"}}`,
		`go tool spgen call SignUp '{"name": "krumplee"}' --then Greet`,
	},
}

func (p Project) data() view {
	name := NameOf(p.Module)
	v := view{
		Module: p.Module, Name: name, SchemaName: p.Schema, ServerRole: name + "_server",
		Owner: Ident(name + "_owner"), Server: Ident(name + "_server"), Schema: Ident(p.Schema), Tables: "app",
		Try: tries[p.Access][0], Call: tries[p.Access][1], Session: p.Access == Session, Listing: p.Existing,
	}
	if p.Schema == v.Tables {
		v.Tables = "app_tables"
	}
	if p.Existing != nil {
		v.Try = `{"method": "rpc.discover"}`
	}
	return v
}

func parseTemplates() (*template.Template, error) {
	set := template.New("project").Funcs(template.FuncMap{"quote": strconv.Quote, "yaml": yamlText, "pattern": yamlPattern, "line": oneLine})
	root, err := fs.Sub(templates.FS, "project")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		_, err = set.New(name).Parse(strings.ReplaceAll(string(text), "\r\n", "\n"))
		return err
	})
	return set, err
}
