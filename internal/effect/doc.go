// Package effect says what a call of a routine does, as far as the bodies of it
// and of what it calls tell: tables read and written, errors that may come of it,
// and what could not be read. It follows calls, triggers, the actions of foreign
// keys, views and the functions in defaults and checks.
//
//	w := effect.New(cat, "server")
//	e := w.Of(&cat.Routines[0], nil)
//
// An error that is said may come: whether the values of a call ever break a CHECK,
// nobody works out. What an EXCEPTION clause catches is left out. Not looked at are
// errors of PostgreSQL's own functions and casts, operators and row-level security.
package effect
