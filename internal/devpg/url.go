package devpg

import (
	"net/url"
	"strconv"
	"strings"
)

// port is part of the socket's name; nothing listens on it over TCP.
const port = 5432

var (
	urlVariables = []string{"SPGEN_DATABASE_URL", "DATABASE_URL"}
	// Those of libpq's variables that say which server, database or user.
	pgVariables = []string{"PGSERVICE", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER"}
)

// FindURL returns the database that the user named: flag, else
// SPGEN_DATABASE_URL, else DATABASE_URL. When only libpq's own variables
// (PGHOST, PGSERVICE, ...) name one, it returns "" and true: pgx reads them when
// it parses an empty connection string. False means that nothing was named and
// a private cluster is in order.
func FindURL(flag string, getenv func(string) string) (url string, given bool) {
	if flag != "" {
		return flag, true
	}
	for _, name := range urlVariables {
		if v := getenv(name); v != "" {
			return v, true
		}
	}
	for _, name := range pgVariables {
		if getenv(name) != "" {
			return "", true
		}
	}
	return "", false
}

func socketURL(dir, user, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database}
	query := url.Values{
		"host":    {dir},
		"port":    {strconv.Itoa(port)},
		"sslmode": {"disable"},
	}
	// pgx and libpq take a plus sign for itself.
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return u.String()
}
