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
			o := options(filepath.Join(dir, strings.Repeat("deep/", 30), "with space, \"quotes\" and 'commas'"))
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
	c := start(t, host(dir), options(filepath.Join(dir, `a "quoted" 'name' and space`)))
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
	home := o.Dir
	if os.Geteuid() == 0 {
		home = c.Home()
		if filepath.Dir(home) != filepath.Join(dir, "places") {
			t.Fatalf("the data are in %s", home)
		}
		if note := read(filepath.Join(o.Dir, "place")); !strings.HasPrefix(note, home+"\n") {
			t.Errorf("the note says %q", note)
		}
	}
	stop(t, c)
	assertStopped(t, c)

	c = start(t, host(dir), o)
	if got := query(t, c, "select n from kept"); got != "7" || c.Home() != home {
		t.Errorf("kept %q in %s", got, c.Home())
	}
	stop(t, c)
}

func TestMovedDirectoryKeepsItsData(t *testing.T) {
	t.Parallel()
	dir := scratch(t)
	if err := os.Mkdir(filepath.Join(dir, "private"), 0o700); err != nil {
		t.Fatal(err)
	}
	before, after, third := filepath.Join(dir, "private", "1"), filepath.Join(dir, "private", "2"), filepath.Join(dir, "private", "3")
	c := start(t, host(dir), options(before))
	query(t, c, "create table kept as select 7 as n")
	stop(t, c)
	if err := os.Rename(before, after); err != nil {
		t.Fatal(err)
	}
	moved := start(t, host(dir), options(after))
	if got := query(t, moved, "select n from kept"); got != "7" {
		t.Errorf("kept %q", got)
	}
	if os.Geteuid() != 0 {
		return
	}
	// A copy of the note must not lead two projects to one database.
	if err := os.CopyFS(third, os.DirFS(after)); err != nil {
		t.Fatal(err)
	}
	if copied := start(t, host(dir), options(third)); copied.Home() == moved.Home() {
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
	c = start(t, host(dir), o)
	if got := query(t, c, "select to_regclass('kept') is null"); got != "t" {
		t.Error("the data outlived their directory")
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
