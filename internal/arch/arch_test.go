// Package arch_test holds the module to the rules of its architecture: what may
// import what, who writes files, and how large files and functions get.
package arch_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/spgen/spgen"

// listed is a package as `go list` describes it.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string // direct and indirect
}

// name is the package's path inside the module.
func (p listed) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// packages lists those of the module.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports,Deps", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list knows %d packages only", len(all))
	}
	return all
}

// in reports whether a package's path is one of trees or below it.
func in(name string, trees ...string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool { return name == tree || strings.HasPrefix(name, tree+"/") })
}

// own returns the paths inside the module of those of imports that are its own.
func own(imports []string) []string {
	var all []string
	for _, i := range imports {
		if name, ok := strings.CutPrefix(i, module+"/"); ok {
			all = append(all, name)
		}
	}
	return all
}

// external returns those of imports that are neither the module's nor Go's.
func external(imports []string) []string {
	var all []string
	for _, i := range imports {
		domain, _, _ := strings.Cut(i, "/")
		if strings.Contains(domain, ".") && !in(i, module) {
			all = append(all, i)
		}
	}
	return all
}

// rules say what packages may depend on, directly or not. A package falls under
// every rule whose trees it is in.
var rules = []struct {
	what      string
	trees     []string
	except    []string
	forbidden []string // trees of the module, or import paths
	but       []string // of these, what is allowed
	only      []string // if not nil, the packages of the module that are allowed
	modules   []string // if not nil, the other modules that are allowed
}{
	{
		what: "the runtime never needs the generator", trees: []string{"rpc", "client", "generated"},
		forbidden: []string{"internal", "app", "cmd", "templates", "schema", "github.com/dave/jennifer"},
	},
	{
		what: "the generator names the runtime by strings", trees: []string{"internal"}, except: []string{"internal/example"},
		forbidden: []string{"rpc", "client", "app", "generated", "schema", "cmd"},
	},
	{
		what: "the generator's command has no server in it", trees: []string{"cmd/spgen"},
		forbidden: []string{"rpc/wsrpc", "rpc/server", "rpc/rpctest", "client", "app", "generated", "schema"},
	},
	{
		what: "examples are calls without a transport (ADR 17)", trees: []string{"internal/example"},
		forbidden: []string{"rpc/wsrpc", "rpc/server", "rpc/rpctest", "client", "app", "generated", "schema", "cmd", "internal/gen", "internal/emit"},
	},
	{what: "sockets are a leaf", trees: []string{"rpc/rawsock"}, only: []string{}, modules: []string{}},
	{what: "the core is the standard library's", trees: []string{"rpc"}, except: []string{"rpc/"}, only: []string{}, modules: []string{}},
	{what: "envelopes know the core only", trees: []string{"rpc/wire"}, only: []string{"rpc"}, modules: []string{"github.com/tidwall"}},
	{what: "transcoders are a leaf", trees: []string{"rpc/pgjson"}, only: []string{}, modules: []string{"github.com/tidwall"}},
	{what: "Go values know the transcoders only", trees: []string{"rpc/pgval"}, only: []string{"rpc/pgjson"}, modules: []string{"github.com/tidwall"}},
	{what: "a transport knows no database", trees: []string{"rpc/wsrpc", "rpc/rpctest"}, forbidden: []string{"rpc/pgcall", "github.com/jackc"}},
	{what: "the invoker knows no transport", trees: []string{"rpc/pgcall"}, forbidden: []string{"rpc/wire", "rpc/wsrpc", "rpc/server"}},
	{what: "clients link no driver", trees: []string{"client", "generated/apiclient"}, forbidden: []string{"rpc/pgcall", "github.com/jackc"}},
	{what: "diagnostics are a leaf", trees: []string{"internal/diag"}, only: []string{}},
	{what: "tokens are a leaf", trees: []string{"internal/sqltoken"}, only: []string{}, modules: []string{}},
	{what: "bodies are tokens", trees: []string{"internal/body"}, only: []string{"internal/sqltoken"}, modules: []string{}},
	{
		what: "effects know bodies and the catalog", trees: []string{"internal/effect"},
		only: []string{"internal/body", "internal/catalog", "internal/sqltoken"},
	},
	{
		what: "emitters see the model only", trees: []string{"internal/emit"},
		only: []string{
			"internal/ir", "internal/plausible", "internal/effect", "internal/body", "internal/catalog", "internal/manifest", "internal/diag",
			"internal/sqltoken", "templates",
		},
	},
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, rule := range rules {
		t.Run(rule.what, func(t *testing.T) {
			t.Parallel()
			held := 0
			for _, p := range all {
				if !in(p.name(), rule.trees...) || excepted(p.name(), rule.except) {
					continue
				}
				held++
				for _, d := range slices.Concat(own(p.Deps), external(p.Deps)) {
					if in(d, rule.forbidden...) && !in(d, rule.but...) {
						t.Errorf("%s depends on %s", p.name(), d)
					}
				}
				for _, d := range own(p.Deps) {
					if rule.only != nil && !slices.Contains(rule.only, d) {
						t.Errorf("%s depends on %s", p.name(), d)
					}
				}
				for _, d := range external(p.Deps) {
					if rule.modules != nil && !in(d, rule.modules...) {
						t.Errorf("%s depends on %s", p.name(), d)
					}
				}
			}
			if held == 0 {
				t.Errorf("no package is in %q: correct the rule", rule.trees)
			}
		})
	}
}

func excepted(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// drivers are the packages that may talk to PostgreSQL. rpc/server takes a
// pool's configuration and gives it to pgcall.
var drivers = []string{
	"internal/catalog", "internal/migrate", "internal/devpg", "internal/devdb", "internal/pgtest", "internal/bouncertest", "internal/gen", "internal/example",
	"rpc/pgcall", "rpc/server", "app", "cmd/spgen", "cmd/server", "bench",
}

func TestWhoTalksToPostgreSQL(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if in(i, "github.com/jackc/pgx/v5", "database/sql") && !in(p.name(), drivers...) {
				t.Errorf("%s imports %s", p.name(), i)
			}
		}
	}
}

// writers are the packages that may change files: gen writes what is generated,
// scaffold new projects, manifest the manifest, app removes a unix socket that it
// has left behind, the others change their own data.
var writers = []string{
	"internal/gen", "internal/scaffold", "internal/manifest", "internal/devpg", "internal/pgtest", "internal/bouncertest", "bench", "app",
}

// changes are the functions of os that change files.
var changes = []string{
	"Chmod", "Create", "CreateTemp", "Link", "Mkdir", "MkdirAll", "MkdirTemp", "OpenFile", "Remove", "RemoveAll", "Rename",
	"Symlink", "Truncate", "WriteFile",
}

func TestWhoWritesFiles(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if in(p.name(), writers...) {
			continue
		}
		for _, name := range p.GoFiles {
			file := path.Join(p.Dir, name)
			for _, call := range calls(t, file, "os") {
				if slices.Contains(changes, call) {
					t.Errorf("%s/%s calls os.%s: only %q change files", p.name(), name, call, writers)
				}
			}
		}
	}
}
