//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDeepDirectory(t *testing.T) {
	t.Parallel()
	for _, planted := range []bool{false, true} {
		t.Run(map[bool]string{false: "free", true: "planted"}[planted], func(t *testing.T) {
			t.Parallel()
			dir := scratch(t)
			o := seeded(t, filepath.Join(dir, strings.Repeat("deep/", 30), "with space, \"quotes\" and 'commas'"))
			c := start(t, host(dir), o)
			socketDir := c.SocketDir()
			if filepath.Dir(socketDir) != dir {
				t.Errorf("the socket is in %s", socketDir)
			}
			query(t, c, "create table kept as select 7 as n")
			h := host(dir)
			h.Temp = []string{"/nowhere"} // another user's idea of a temporary directory
			if again := start(t, h, o); !again.Reused() || again.SocketDir() != socketDir {
				t.Errorf("reused %v, socket in %s", again.Reused(), again.SocketDir())
			} else {
				stop(t, again)
			}
			stop(t, c)
			assertStopped(t, c)
			if _, err := os.Stat(socketDir); err == nil {
				t.Error("the socket's directory is left")
			}
			if planted {
				plant(t, socketDir)
			}
			c = start(t, host(dir), o)
			if (c.SocketDir() != socketDir) != planted {
				t.Errorf("the socket was in %s and is in %s", socketDir, c.SocketDir())
			}
			if got := query(t, c, "select n from kept"); got != "7" {
				t.Errorf("kept %q", got)
			}
		})
	}
}

// plant makes a directory that others can write to.
func plant(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}

func TestShortSocketStaysAtHome(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	c := start(t, host(dir), seeded(t, filepath.Join(dir, `a "quoted" 'name' and space`)))
	if want := filepath.Join(c.Home(), "run"); c.SocketDir() != want {
		t.Errorf("socket in %s, want %s", c.SocketDir(), want)
	}
	query(t, c, "select 1")
}

// Root's server runs as another user, which cannot enter root's directories.
// Anyone else's data stay where they were asked to be.
func TestDirectoryOfOneUserOnly(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	private := filepath.Join(dir, "private")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	o := options(filepath.Join(private, "pg"))
	c := start(t, host(dir), o)
	query(t, c, "create table kept as select 7 as n")
	home := c.Home()
	stop(t, c)
	assertStopped(t, c)
	if os.Geteuid() != 0 {
		if home != o.Dir {
			t.Errorf("the data are in %s", home)
		}
		return
	}
	if note := read(filepath.Join(o.Dir, "place")); filepath.Dir(home) != filepath.Join(dir, "places") || !strings.HasPrefix(note, home+"\n") {
		t.Fatalf("the data are in %s, and the note says %q", home, note)
	}
	c = start(t, host(dir), o)
	if got := query(t, c, "select n from kept"); got != "7" || c.Home() != home {
		t.Errorf("kept %q in %s", got, c.Home())
	}
	stop(t, c)

	moved := filepath.Join(private, "moved")
	if err := os.Rename(o.Dir, moved); err != nil {
		t.Fatal(err)
	}
	c = start(t, host(dir), options(moved))
	if got := query(t, c, "select n from kept"); got != "7" || c.Home() != home {
		t.Errorf("the moved directory kept %q in %s", got, c.Home())
	}
	// A copy of the note must not lead two projects to one database.
	copied := filepath.Join(private, "copied")
	if err := os.CopyFS(copied, os.DirFS(moved)); err != nil {
		t.Fatal(err)
	}
	if c := start(t, host(dir), options(copied)); c.Home() == home || c.Reused() {
		t.Error("a copied directory shares the data")
	}
}

func TestRemovedDirectoryBeginsAnew(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	if err := os.Mkdir(filepath.Join(dir, "private"), 0o700); err != nil {
		t.Fatal(err)
	}
	o := options(filepath.Join(dir, "private", "pg"))
	c := start(t, host(dir), o)
	query(t, c, "create table kept as select 7 as n")
	stop(t, c)
	if err := os.RemoveAll(o.Dir); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	o.Output = &out
	old := c.Home()
	c = start(t, host(dir), o)
	if got := query(t, c, "select to_regclass('kept') is null"); got != "t" {
		t.Error("the data outlived their directory")
	}
	if told := strings.Contains(out.String(), "are in "+old+": remove it"); told != (os.Geteuid() == 0) {
		t.Errorf("output %q, old data in %s", out.String(), old)
	}
}

func TestNoteOutsideOfPlaces(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	o := options(filepath.Join(dir, "pg"))
	if err := os.Mkdir(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "place"), []byte("/etc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := host(dir).Start(t.Context(), o)
	assertContains(t, err, "/etc", "remove the file")
}
