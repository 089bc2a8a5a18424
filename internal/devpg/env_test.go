//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runIn runs a program that starts a cluster in dir, with env besides its own,
// and returns what it says.
func runIn(t *testing.T, dir string, env ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childDir+"="+dir), env...)
	out, _ := cmd.CombinedOutput()
	return string(out)
}

func TestEnvironmentOfTheProgram(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		env  []string
		want string
	}{
		{name: "another kind of server", env: []string{"PGTARGETSESSIONATTRS=standby"}, want: "ready false"},
		{
			name: "another server",
			env: []string{
				"PGOPTIONS=-c no_such_setting=1", "PGDATA=/nowhere", "PGPORT=1", "PGTZ=Mars",
				"LC_ALL=xx_XX", "LANG=xx_XX", "TZ=Mars",
			},
			want: "ready false",
		},
		{name: "service that is not there", env: []string{"PGSERVICE=none", "PGSERVICEFILE=/nowhere"}, want: "unset them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(scratch(t), "pg")
			seeded(t, dir)
			if out := runIn(t, dir, test.env...); !strings.Contains(out, test.want) {
				t.Errorf("output %q lacks %q", out, test.want)
			}
		})
	}
}
