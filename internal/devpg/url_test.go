package devpg_test

import (
	"testing"

	"github.com/spgen/spgen/internal/devpg"
)

func TestFindURL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, flag string
		env        map[string]string
		want       string
		given      bool
	}{
		{name: "nothing"},
		{name: "flag wins", flag: "f", env: map[string]string{"SPGEN_DATABASE_URL": "s", "DATABASE_URL": "d"}, want: "f", given: true},
		{name: "ours wins", env: map[string]string{"SPGEN_DATABASE_URL": "s", "DATABASE_URL": "d", "PGHOST": "h"}, want: "s", given: true},
		{name: "common", env: map[string]string{"DATABASE_URL": "d", "PGHOST": "h"}, want: "d", given: true},
		{name: "libpq host", env: map[string]string{"PGHOST": "h"}, given: true},
		{name: "libpq service", env: map[string]string{"PGSERVICE": "h"}, given: true},
		{name: "libpq database", env: map[string]string{"PGDATABASE": "h"}, given: true},
		{name: "libpq user", env: map[string]string{"PGUSER": "h"}, given: true},
		{name: "a password names nothing", env: map[string]string{"PGPASSWORD": "h", "PGSSLMODE": "disable"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url, given := devpg.FindURL(test.flag, func(name string) string { return test.env[name] })
			if url != test.want || given != test.given {
				t.Errorf("%q, %v; want %q, %v", url, given, test.want, test.given)
			}
		})
	}
}
