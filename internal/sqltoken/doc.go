// Package sqltoken takes SQL and PL/pgSQL apart as PostgreSQL's lexer does. See
// the PostgreSQL manual, "Lexical Structure"; standard_conforming_strings is on.
//
// It accepts anything and never fails: every byte of what it is given is in one
// token. A comment or quotation that does not end has the rest and is Open; what
// begins no other token is a Symbol of one byte.
//
//	for _, t := range sqltoken.Code("select 'a' -- b") {
//		fmt.Println(t.Text) // select, a
//	}
//
// What users of it make of the tokens, such as where a statement ends, is theirs.
package sqltoken
