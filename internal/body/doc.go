// Package body reads what the body of a routine says: the tables that it reads and
// writes, the routines that it calls, what it raises and catches. It knows LANGUAGE
// sql, BEGIN ATOMIC and PL/pgSQL, and takes them apart as far as that needs; it
// never fails. It resolves no name: which table `users` is, the reader of [Facts]
// decides.
//
//	f := body.Parse(body.Routine{Language: "sql", Text: "select * from app.users"})
//	fmt.Println(f.Reads[0].Name) // app.users
//
// What cannot be read is a [Note] and never a guess.
package body
