package bouncertest

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	programName = "pgbouncer"
	configName  = "pgbouncer.ini"
	usersName   = "users.txt"
)

// prepare fills a directory with what the pooler needs. The program is among it:
// the user that it runs as need not be let into the directory of the module.
func (b *Bouncer) prepare(t testing.TB, program string, target *pgconn.Config, settings map[string]string) (err error) {
	if b.dir, err = os.MkdirTemp("", "bouncer-"); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(b.dir); err != nil {
			t.Errorf("bouncertest: %v", err)
		}
	})
	if b.account, err = accountFor(target.Host); err != nil {
		return err
	}
	// Not a copy of our own making: a process that is forked meanwhile would have
	// the file open for writing, and what is open so cannot be run.
	copied := exec.Command("cp", program, filepath.Join(b.dir, programName)) // #nosec G204 -- what build.sh made
	if out, err := copied.CombinedOutput(); err != nil {
		return fmt.Errorf("copy PgBouncer: %w %s", err, out)
	}
	settings = maps.Clone(settings)
	settings["unix_socket_dir"] = b.dir
	settings["listen_port"] = strconv.Itoa(port)
	settings["auth_file"] = filepath.Join(b.dir, usersName)
	files := map[string]string{
		configName: section("databases", map[string]string{database: connection(target)}) + section("pgbouncer", settings),
		usersName:  users(target),
	}
	for name, text := range files {
		path := filepath.Join(b.dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		if err := b.account.give(path); err != nil {
			return err
		}
	}
	return b.account.give(b.dir)
}

// connection is the database's line of the configuration.
func connection(target *pgconn.Config) string {
	return fmt.Sprintf("host=%s port=%d dbname=%s", quote(target.Host), target.Port, quote(target.Database))
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// users lists who may connect, and with which password to the database.
func users(target *pgconn.Config) string {
	line := func(user, password string) string {
		return `"` + strings.ReplaceAll(user, `"`, `""`) + `" "` + strings.ReplaceAll(password, `"`, `""`) + "\"\n"
	}
	return line(target.User, target.Password) + line(admin, "")
}
