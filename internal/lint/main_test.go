package lint_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// read takes in the schema api behind conn with a manifest.
func read(t *testing.T, conn *pgx.Conn, text string) lint.Input {
	t.Helper()
	m, found := manifest.Parse("m.yaml", []byte(text))
	if found.HasErrors() {
		t.Fatalf("the manifest is faulty: %v", found)
	}
	cat, err := catalog.Read(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	audit, err := catalog.ReadAudit(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	bodies, checked, err := catalog.CheckBodies(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	model, diags := ir.Build(cat, m)
	return lint.Input{
		Catalog: cat, Audit: audit, Manifest: m, Model: model, Found: append(found, diags...), Bodies: bodies, Checked: checked,
	}
}

// about returns the findings of a code about a routine or the schema.
func about(all []lint.Finding, code, subject string) []lint.Finding {
	var some []lint.Finding
	for _, f := range all {
		if f.Code == code && (f.Subject == subject || strings.HasPrefix(f.Subject, subject+"(")) {
			some = append(some, f)
		}
	}
	return some
}
