//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/spgen/spgen/internal/devpg"
)

func TestCandidates(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	both := map[string]string{"postgres": "", "initdb": ""}
	inPath := programs(t, filepath.Join(dir, "path"), both)
	configured := programs(t, filepath.Join(dir, "configured"), both)
	config := programs(t, filepath.Join(dir, "config"), map[string]string{"pg_config": "echo " + configured})
	client := programs(t, filepath.Join(dir, "pg@19", "bin"), map[string]string{"postgres": ""})
	v9 := programs(t, filepath.Join(dir, "pg@9.6", "bin"), both)
	v10 := programs(t, filepath.Join(dir, "pg@10", "bin"), both)
	v17 := programs(t, filepath.Join(dir, "pg@17", "bin"), both)

	h := host(dir)
	h.Path = config + string(filepath.ListSeparator) + inPath + string(filepath.ListSeparator) + "relative"
	h.Globs = []string{filepath.Join(dir, "pg@1*", "bin"), filepath.Join(dir, "pg@9*", "bin")}
	got := h.Candidates(t.Context())
	if want := []string{inPath, configured, v17, v10, v9}; !slices.Equal(got, want) {
		t.Errorf("candidates %q, want %q; %s lacks initdb", got, want, client)
	}
}

func TestDataOfAnotherVersion(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	h := host(dir)
	o := options(filepath.Join(dir, "pg"))
	if err := os.MkdirAll(filepath.Join(o.Dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "data", "PG_VERSION"), []byte("11\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := h.Start(t.Context(), o)
	assertContains(t, err, "made by PostgreSQL 11", "install version 11", "remove the data", os.Getenv("SPGEN_TEST_BINDIR"))
}

// The data's own version wins over the first one found.
func TestDataChooseTheirVersion(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := seeded(t, filepath.Join(dir, "pg"))
	c := start(t, host(dir), o)
	version := c.Version()
	stop(t, c)
	h := host(dir)
	h.Path = programs(t, filepath.Join(dir, "bin"), map[string]string{
		"postgres": "echo 'postgres (PostgreSQL) 99.1'",
		"initdb":   "exit 1",
	}) + string(filepath.ListSeparator) + h.Path
	if c := start(t, h, o); c.Version() != version {
		t.Errorf("version %d, want %d", c.Version(), version)
	}
}

func TestBrokenProgramsAreNotUsed(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	h := host(dir)
	broken := programs(t, filepath.Join(dir, "broken"), map[string]string{"postgres": "exit 127", "initdb": ""})
	mute := programs(t, filepath.Join(dir, "mute"), map[string]string{"postgres": "echo hello", "initdb": ""})
	h.Path = broken + string(filepath.ListSeparator) + mute + string(filepath.ListSeparator) + h.Path
	start(t, h, seeded(t, filepath.Join(dir, "pg")))
}

// macOS has no locale C.UTF-8.
func TestSystemWithoutTheLocale(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	h := host(dir)
	h.Path = programs(t, filepath.Join(dir, "bin"), map[string]string{
		"postgres": realPostgres,
		"initdb":   `case "$*" in *C.UTF-8*) echo 'initdb: error: invalid locale name "C.UTF-8"' >&2; exit 1;; esac; ` + realInitdb,
	})
	c := start(t, h, options(filepath.Join(dir, "pg")))
	if got := query(t, c, "select datcollate || pg_encoding_to_char(encoding) from pg_database limit 1"); got != "CUTF8" {
		t.Errorf("locale and encoding %q", got)
	}
}

// Programs that were named are used, or nothing is: another version would make
// a test of this one worthless.
func TestGivenBinaries(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	broken := programs(t, filepath.Join(dir, "broken"), map[string]string{"postgres": "exit 127", "initdb": ""})
	other := programs(t, filepath.Join(dir, "other"), map[string]string{"postgres": "echo 'postgres (PostgreSQL) 99.1'", "initdb": ""})
	old := seeded(t, filepath.Join(dir, "old"))
	old.Binaries = other
	for _, test := range []struct {
		name string
		in   devpg.Options
		want string
	}{
		{"broken", devpg.Options{Dir: filepath.Join(dir, "new"), Binaries: broken}, "use the PostgreSQL in " + broken},
		{"missing", devpg.Options{Dir: filepath.Join(dir, "new"), Binaries: filepath.Join(dir, "nowhere")}, "use the PostgreSQL in"},
		{"relative", devpg.Options{Dir: filepath.Join(dir, "new"), Binaries: "bin"}, "absolute path"},
		{"data of another version", old, "choose another directory"},
	} {
		_, err := host(dir).Start(t.Context(), test.in)
		t.Log(test.name)
		assertContains(t, err, test.want)
	}
}

func TestGivenBinariesWork(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	h := host(dir)
	o := seeded(t, filepath.Join(dir, "pg"))
	o.Binaries, h.Path, h.Globs = os.Getenv("SPGEN_TEST_BINDIR"), "", nil
	c := start(t, h, o)
	if major, err := devpg.Major(t.Context(), o.Binaries); err != nil || major != c.Version() {
		t.Errorf("major %d (%v), want %d", major, err, c.Version())
	}
}
