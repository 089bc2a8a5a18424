package manifest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// Setting is a custom setting of PostgreSQL that every call makes first, so that
// policies of row-level security know whom it is for.
type Setting struct {
	Pos       diag.Pos // of the name
	SourcePos diag.Pos
	Name      string // "app.user_id"
	Source    string // "session.user_id", "client.ip", "client.id"
}

// maxSettings bounds how many settings there are: each is made before every call.
const maxSettings = 100

var (
	settingName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})+$`)
	plainName   = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
)

// takenPrefixes are those of settings that PostgreSQL, what comes with it and
// well-known extensions have, besides all that begin with pg.
var takenPrefixes = []string{
	"auth_delay", "auto_explain", "basebackup_to_shell", "basic_archive", "citus", "cron", "hnsw", "isn", "ivfflat",
	"passwordcheck", "plperl", "plpgsql", "plpython", "plpython3", "pltcl", "plv8", "postgis", "postgres_fdw", "sepgsql",
	"ssl_passphrase", "timescaledb", "worker_spi",
}

func (d *decoder) settings(e entry) []Setting {
	if !d.want(e.value, mapping, "`settings`") {
		return nil
	}
	var out []Setting
	for i, s := range e.value.entries {
		if d.again(e.value.entries[:i], s) {
			continue
		}
		source := d.text(s)
		if d.settingName(s) && source != "" {
			out = append(out, Setting{Pos: s.pos, SourcePos: s.value.pos, Name: s.key, Source: source})
		}
	}
	if len(out) > maxSettings {
		d.list.Errorf("MAN041", e.pos, "%d settings; there may be %d, for each is made before every call", len(out), maxSettings).
			Hintf("put into the session what policies need, and derive the rest of it in SQL")
	}
	return out
}

// settingName reports whether e's key can be a custom setting, and adds a fault
// when it cannot.
func (d *decoder) settingName(e entry) bool {
	prefix, _, _ := strings.Cut(e.key, ".")
	switch {
	case plainName.MatchString(e.key):
		d.list.Errorf("MAN041", e.pos, "`%s` has no prefix: names without one are PostgreSQL's own", e.key).
			Hintf("write `app.%s`", e.key)
	case !settingName.MatchString(e.key):
		fault := d.list.Errorf("MAN041", e.pos, "`%s` is not the name of a setting: two names or more with dots between, each of lower-case letters, digits and `_`, at most 63", e.key)
		fault.Hintf("such as `app.user_id`")
		if near := strings.ToLower(strings.ReplaceAll(e.key, "-", "_")); settingName.MatchString(near) {
			fault.Hintf("write `%s`", near)
		}
	case strings.HasPrefix(prefix, "pg") || slices.Contains(takenPrefixes, prefix):
		d.list.Errorf("MAN041", e.pos, "settings that begin with `%s.` are PostgreSQL's or an extension's", prefix).
			Hintf("choose another prefix, such as `app`")
	default:
		return true
	}
	return false
}

// settings finds sources that there are not.
func (c *checker) settings() {
	for _, s := range c.m.Settings {
		if !c.knows(s.Source) {
			c.list.Errorf("MAN017", s.SourcePos, "the setting `%s` cannot be made from `%s`", s.Name, s.Source).
				Hint = unknownHint(s.Source, "sources", c.sources())
		}
	}
}
