// Package pgtest gives each test a fresh database on a real PostgreSQL.
//
// All test processes of the module share one server, under .spgen/test-pg of
// the module's root; the last one stops it. So every package that uses pgtest
// has
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
// or, to check for leaked goroutines as well,
//
//	func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }
//
// SPGEN_TEST_POSTGRES, the directory of another PostgreSQL's programs, chooses
// the version; each major version has a cluster of its own, .spgen/test-pg-16
// and so on. make test-matrix runs the tests on all of them.
//
// With SPGEN_TEST_DATABASE_URL set, tests use that server and need a superuser
// on it. Databases are apart from each other, roles are not: a test that makes
// roles names them after its database.
package pgtest
