package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// reading is a command that reads the manifest and the database.
type reading struct {
	place
	env    environment
	asJSON bool
}

func (r *reading) manifestPath() string { return filepath.Join(r.schema, manifest.FileName) }

// manifest loads the manifest, and prints what is wrong with it.
func (r *reading) manifest() (*manifest.Manifest, error) {
	m, found := manifest.Load(r.manifestPath())
	if !found.HasErrors() {
		return m, nil
	}
	err := found.Text(r.env.stderr, diag.TextOptions{Color: colored(r.env.stderr, r.env.getenv), Read: os.ReadFile})
	return nil, errors.Join(err, &exitError{code: exitFailed})
}

// model joins the manifest and the database, and says on stderr which methods
// do not fit.
func (r *reading) model(ctx context.Context, m *manifest.Manifest) (*ir.Model, error) {
	cat, err := r.catalog(ctx, r.env, m.Schema)
	if err != nil {
		return nil, err
	}
	model, _ := ir.Build(cat, m)
	var missing []string
	for _, x := range m.Methods {
		if methodOf(model, x.ID) == nil {
			missing = append(missing, x.Name)
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(r.env.stderr, "note: not as the database has it: %s; `spgen generate` says why\n", strings.Join(missing, ", ")) //nolint:errcheck // best effort
	}
	return model, nil
}

// catalog reads a schema of the database. The private one is brought up to the
// schema directory first.
func (p *place) catalog(ctx context.Context, env environment, schema string) (cat *catalog.Catalog, err error) {
	err = p.withDatabase(ctx, env, func(conn *pgx.Conn, private bool) (err error) {
		if private {
			if _, err := p.apply(ctx, conn, env.stderr); err != nil {
				return err
			}
		}
		if cat, err = catalog.Read(ctx, conn, schema); err != nil {
			return fmt.Errorf("introspect: %w", err)
		}
		return nil
	})
	return cat, err
}

func methodOf(model *ir.Model, id uint32) *ir.Method {
	for _, m := range model.Methods {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// accessJSON is "public", "session" or a list of roles.
func accessJSON(public bool, roles []string) any {
	switch {
	case public:
		return "public"
	case len(roles) == 0:
		return "session"
	}
	return roles
}

func accessText(public bool, roles []string) string {
	if !public && len(roles) > 0 {
		return strings.Join(roles, ", ")
	}
	return fmt.Sprint(accessJSON(public, roles))
}

func effect(m *ir.Method) string {
	switch {
	case m == nil:
		return ""
	case m.ReadOnly:
		return "reads"
	}
	return "writes"
}
