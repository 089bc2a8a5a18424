package bouncertest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Option changes a setting of PgBouncer's.
type Option func(settings map[string]string)

// PoolSize is how many connections to the database the pooler has at most.
// Default 2.
func PoolSize(n int) Option { return Setting("default_pool_size", strconv.Itoa(n)) }

// PreparedStatements is max_prepared_statements, which [Old] does not know; 0
// turns the tracking of named statements off. Default PgBouncer's own: 200 from
// 1.24, 0 before.
func PreparedStatements(n int) Option { return Setting("max_prepared_statements", strconv.Itoa(n)) }

// IgnoreStartup lets clients send startup parameters that PgBouncer refuses.
// What they say is not passed on.
func IgnoreStartup(names ...string) Option {
	return Setting("ignore_startup_parameters", strings.Join(names, ","))
}

// Setting sets any line of the [pgbouncer] section.
func Setting(name, value string) Option {
	return func(settings map[string]string) { settings[name] = value }
}

func settingsOf(options []Option) map[string]string {
	settings := map[string]string{
		"pool_mode":          "transaction",
		"default_pool_size":  "2",
		"max_client_conn":    "1000",
		"auth_type":          "trust",
		"admin_users":        admin,
		"listen_addr":        "",
		"server_login_retry": "0",
		"log_connections":    "0",
		"log_disconnections": "0",
		"log_stats":          "0",
	}
	for _, o := range options {
		o(settings)
	}
	return settings
}

// section prints settings as lines of an ini file.
func section(name string, settings map[string]string) string {
	var b strings.Builder
	b.WriteString("[" + name + "]\n")
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		b.WriteString(key + " = " + settings[key] + "\n")
	}
	return b.String()
}
