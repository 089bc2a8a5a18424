package bouncertest

import (
	"fmt"
	"maps"
	"os"
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
	binary, err := os.ReadFile(program) // #nosec G304 -- what build.sh made
	if err != nil {
		return err
	}
	settings = maps.Clone(settings)
	settings["unix_socket_dir"] = b.dir
	settings["listen_port"] = strconv.Itoa(port)
	settings["auth_file"] = filepath.Join(b.dir, usersName)
	files := []struct {
		name, text string
		mode       os.FileMode
	}{
		{programName, string(binary), 0o755},
		{configName, section("databases", map[string]string{database: connection(target)}) + section("pgbouncer", settings), 0o600},
		{usersName, users(target), 0o600},
	}
	for _, f := range files {
		path := filepath.Join(b.dir, f.name)
		if err := os.WriteFile(path, []byte(f.text), f.mode); err != nil {
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
