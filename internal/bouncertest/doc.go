// Package bouncertest runs PgBouncer in front of a test's database, as most
// people do: in transaction mode.
//
//	b := bouncertest.Start(t, bouncertest.New, pgtest.New(t), bouncertest.PoolSize(1))
//	conn, err := pgx.Connect(ctx, b.URL())
//
// It listens on a socket of its own and ends with the test. The programs are
// built from Debian's sources by build.sh (make pgbouncer); Start does so when
// they are missing.
//
// TornURL puts a proxy before it, which delivers what clients send in small pieces.
//
// What PgBouncer does to a client, and what the invoker builds on, is in
// facts.md and held true by the tests facts_*_test.go.
package bouncertest
