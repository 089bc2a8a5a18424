// Package migrate applies a schema directory to a database: the migrations in
// migrations/, then the routines in functions/.
//
// Migrations are files of github.com/jackc/tern, numbered from 001, each in a
// transaction of its own (unless it says `---- tern: disable-tx ----`), and run
// once. What is applied may not change any more, and Apply refuses to go on when
// it did.
//
// A file in functions/, at any depth, holds one `create or replace function` or
// procedure and what belongs to it: its comment, its grants, its owner, and `set
// local role` and `set local search_path` before. Other statements are refused
// before anything is sent, as they would run with the migrating role's rights. So
// is a SECURITY DEFINER routine that would belong to a superuser. Files whose content
// changed are installed again, all of them in one transaction, so that nobody
// sees half of a change. They need no order. Apply knows which routines a file
// defined, and so drops the old one when a signature or a return type changed,
// and the routines of files that are gone; routines it did not install it leaves
// alone. After installation the language's validator reads every body.
//
// What was applied is kept in the schema spgen of the same database, which
// belongs to the role that migrated first. That role need not be a superuser,
// but must own the database, or may at least create schemas in it.
//
// A connection pooler that shares sessions must not stand in between: the lock
// that keeps two servers apart belongs to the session.
package migrate
