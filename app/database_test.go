package app_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/app"
)

func TestExposed(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"postgres:///app?host=/run/postgresql", ""},
		{"postgres://localhost/app?sslmode=disable", ""},
		{"postgres://127.0.0.2/app", ""},
		{"postgres://[::1]/app?sslmode=disable", ""},
		{"postgres://db.example.com/app?sslmode=disable", "read and change"},
		{"postgres://db.example.com/app", "read and change"}, // prefer
		{"postgres://db.example.com/app?sslmode=allow", "read and change"},
		{"postgres://db.example.com/app?sslmode=require", "pretend"},
		{"postgres://db.example.com/app?sslmode=verify-full", ""},
		{"postgres://localhost,db.example.com/app?sslmode=require", "pretend"},
		{"postgres://localhost,10.0.0.1/app?sslmode=disable", "read and change"},
	}
	for _, tt := range tests {
		config, err := pgconn.ParseConfig(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := app.Exposed(config); (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.in, got, tt.want)
		}
	}
	config, err := pgconn.ParseConfig("postgres://db.example.com/app?sslmode=verify-ca&sslrootcert=system")
	if err == nil && app.Exposed(config) != "" {
		t.Errorf("verify-ca: %s", app.Exposed(config))
	}
}
