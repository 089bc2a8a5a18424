package gen

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// selfCheck prepares every call that the generated code can make in its fullest
// and, where that may be another routine's, in its shortest form, and compares what PostgreSQL says with the model.
func selfCheck(ctx context.Context, conn *pgx.Conn, model *ir.Model, m *manifest.Manifest) diag.List {
	var calls []catalog.Call
	for _, method := range model.Methods {
		calls = append(calls, call(method, func(*ir.Param) bool { return true }))
		if optional(method) {
			short := call(method, func(p *ir.Param) bool { return !p.Optional })
			short.Shortened = plain(method)
			calls = append(calls, short)
		}
	}
	places := make(map[string]diag.Pos)
	names := make(map[string]string)
	for _, method := range model.Methods {
		names[method.Identity] = method.Name
	}
	for _, entry := range m.Methods {
		places[entry.Name] = entry.FunctionPos
	}
	var diags diag.List
	reset := asServer(ctx, conn, model.ServerRole, &diags)
	defer reset()
	reported := map[[2]string]bool{}
	for _, mismatch := range catalog.Verify(ctx, conn, calls) {
		finding := [2]string{mismatch.Identity, mismatch.Reason}
		if reported[finding] {
			continue // of the fullest and of the shortest call
		}
		reported[finding] = true
		d := diags.Errorf("GEN001", places[names[mismatch.Identity]], "the call of %s does not fit the database: %s",
			mismatch.Identity, mismatch.Reason).About(mismatch.Identity)
		if !strings.HasPrefix(mismatch.Reason, "permission denied") {
			d.Hintf("run `spgen generate` again, in case the schema just changed; if this stays, it is a bug in spgen: report it")
		}
	}
	return diags
}

// asServer makes conn act as the server's role, as far as its own role may, so
// that missing rights are found. It returns what undoes that.
func asServer(ctx context.Context, conn *pgx.Conn, role string, diags *diag.List) func() {
	if role == "" {
		return func() {}
	}
	if _, err := conn.Exec(ctx, "set role "+pgx.Identifier{role}.Sanitize()); err != nil {
		diags.Notef("GEN003", diag.Pos{}, "the calls were not checked with the rights of %s: %v", role, err).
			Hintf("connect as a role that is a member of %s", role)
		return func() {}
	}
	return func() {
		if _, err := conn.Exec(ctx, "reset role"); err != nil {
			_ = conn.Close(context.WithoutCancel(ctx)) // nobody may go on with that role
		}
	}
}

func optional(m *ir.Method) bool {
	for _, p := range m.Params {
		if p.Optional {
			return true
		}
	}
	return false
}

// plain reports whether m's routine is a function that takes each argument by its
// name and as it is.
func plain(m *ir.Method) bool {
	return !m.Lead && !strings.HasPrefix(m.Head, "call ") &&
		!slices.ContainsFunc(m.Params, func(p *ir.Param) bool { return !strings.HasPrefix(p.Arg, `"`) || !strings.HasSuffix(p.Arg, `" => `) })
}

// call returns the statement of a method with the given parameters present. The
// runtime builds the same SQL from the same parts.
func call(m *ir.Method, present func(*ir.Param) bool) catalog.Call {
	c := catalog.Call{Identity: m.Identity}
	var sql strings.Builder
	sql.WriteString(m.SelectList() + m.Head)
	for _, p := range m.Params {
		if !present(p) {
			continue
		}
		if len(c.Params) > 0 || m.Lead {
			sql.WriteString(", ")
		}
		c.Params = append(c.Params, p.Type.Name)
		sql.WriteString(p.Arg + "$" + strconv.Itoa(len(c.Params)) + p.Cast)
	}
	sql.WriteString(m.Tail)
	c.SQL = sql.String()
	for _, column := range m.Columns {
		spec := catalog.ColumnSpec{Name: column.Source, Type: column.Type.Name}
		c.Columns = append(c.Columns, spec)
	}
	return c
}
