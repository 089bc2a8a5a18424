package body_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/pgtest"
)

// notEverywhere are the names that some versions of PostgreSQL do not know.
var notEverywhere = []string{"transaction_timeout", "invalid_argument_for_xquery", "file_name_too_long", "snapshot_too_old"}

// TestConditions raises every condition by its name, and catches it by it.
func TestConditions(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	names := body.Conditions()
	if len(names) < 200 {
		t.Fatalf("%d names only", len(names))
	}
	for _, name := range names {
		text := "begin raise " + name + "; end"
		_, err := conn.Exec(t.Context(), "do $$"+text+"$$")
		var pg *pgconn.PgError
		if !errors.As(err, &pg) {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.HasPrefix(pg.Message, "unrecognized exception condition") && slices.Contains(notEverywhere, name) {
			continue
		}
		raises := body.Parse(body.Routine{Language: "plpgsql", Text: text}).Raises
		if len(raises) != 1 || raises[0].State != pg.Code {
			t.Errorf("%s is %s, read as %+v", name, pg.Code, raises)
		}
		caught := body.Parse(body.Routine{Language: "plpgsql", Text: "begin " + text + "; exception when " + name + " then end"}).Raises
		if len(caught) != 1 || !body.Caught(caught[0].Guard.All(), pg.Code) {
			t.Errorf("%s does not catch %s", name, pg.Code)
		}
	}
}
