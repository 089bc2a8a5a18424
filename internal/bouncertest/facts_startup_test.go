package bouncertest_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestStartupParameters(t *testing.T) {
	t.Parallel()
	const refused = "FATAL 08P01 unsupported startup parameter: "
	tests := []struct {
		name, value string
		old, plain  string // "" is taken
	}{
		{"client_encoding", "UTF8", "", ""},
		{"datestyle", "ISO, YMD", "", ""},
		{"timezone", "Asia/Tokyo", "", ""},
		{"standard_conforming_strings", "on", "", ""},
		{"application_name", "x", "", ""},
		{"intervalstyle", "iso_8601", refused + "intervalstyle", ""},
		{"bytea_output", "hex", refused + "bytea_output", refused + "bytea_output"},
		{"extra_float_digits", "1", refused + "extra_float_digits", refused + "extra_float_digits"},
		{"statement_timeout", "1000", refused + "statement_timeout", refused + "statement_timeout"},
		{"search_path", "public", refused + "search_path", refused + "search_path"},
		{"role", "postgres", refused + "role", refused + "role"},
		{"options", "-c statement_timeout=1000", refused + "options", "FATAL 08P01 unsupported startup parameter in options: statement_timeout"},
		{"options", "-c intervalstyle=iso_8601", refused + "options", ""},
	}
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m)
		for _, test := range tests {
			want := test.plain
			if m.version == bouncertest.Old {
				want = test.old
			}
			checkStartup(t, b, test.name, test.value, want)
		}
	})
}

// checkStartup logs in with a parameter that is refused with the message want,
// or taken, and then holds whatever other clients have.
func checkStartup(t *testing.T, b *bench, name, value, want string) {
	t.Helper()
	w, got := dial(t, b.Socket(), b.user, map[string]string{name: value})
	if want != "" {
		if got != want+"; closed" {
			t.Errorf("%s: %s, want %s; closed", name, got, want)
		}
		return
	}
	if name == "options" {
		name, value = "intervalstyle", "iso_8601"
	}
	b.client(t, "another").say(group(once("select 1"))...)
	if held := w.say(query("select current_setting('" + name + "')")...); got != "ready I" || held != "row "+value+"; SELECT 1; ready I" {
		t.Errorf("%s: %s, then %s", name, got, held)
	}
}

// What is ignored is lost, unless PgBouncer keeps track of it.
func TestIgnoredStartupParameters(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		b := newBench(t, url, m, bouncertest.IgnoreStartup("intervalstyle", "bytea_output", "options"))
		w, got := dial(t, b.Socket(), b.user, map[string]string{
			"intervalstyle": "iso_8601", "bytea_output": "escape", "options": "-c statement_timeout=77",
		})
		want := "row iso_8601,hex,0; SELECT 1; ready I"
		if m.version == bouncertest.Old {
			want = "row postgres,hex,0; SELECT 1; ready I"
		}
		held := w.say(query("select current_setting('intervalstyle'), current_setting('bytea_output'), current_setting('statement_timeout')")...)
		if got != "ready I" || held != want {
			t.Errorf("%s, then %s, want %s", got, held, want)
		}
	})
}

// Of several, the first is named.
func TestSeveralRefusedParameters(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t), modes[0])
	_, got := dial(t, b.Socket(), b.user, map[string]string{"intervalstyle": "iso_8601", "bytea_output": "hex"})
	const refused = "FATAL 08P01 unsupported startup parameter: "
	if got != refused+"intervalstyle; closed" && got != refused+"bytea_output; closed" {
		t.Errorf("%s", got)
	}
}

// What pgx makes of it.
func TestRefusalInPgx(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		config, err := pgx.ParseConfig(newBench(t, url, m).URL())
		if err != nil {
			t.Fatal(err)
		}
		config.RuntimeParams["bytea_output"] = "hex"
		conn, err := pgx.ConnectConfig(t.Context(), config)
		if err == nil {
			_ = conn.Close(context.Background())
		}
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "08P01" || pg.Message != "unsupported startup parameter: bytea_output" {
			t.Errorf("%v", err)
		}
	})
}

// How a client learns that there is a pooler.
func TestProcessID(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, url string, m mode) {
		for _, pooling := range []string{"transaction", "session"} {
			conn := connect(t, newBench(t, url, m, bouncertest.Setting("pool_mode", pooling)).URL())
			if ask(t, conn, "select pg_backend_pid()") == strconv.FormatUint(uint64(conn.PID()), 10) {
				t.Errorf("%s: the process is the one of the key data: %d", pooling, conn.PID())
			}
		}
	})
	direct := connect(t, pgtest.New(t))
	if ask(t, direct, "select pg_backend_pid()") != strconv.FormatUint(uint64(direct.PID()), 10) {
		t.Errorf("without a pooler it is not")
	}
}
