package diag

// databaseExplanations are about PostgreSQL itself and the SQL given to it.
var databaseExplanations = []Explanation{
	{"DB001", "database unreachable", "No connection to PostgreSQL could be made. Check the address, that the server runs, and the password; without an address spgen starts a private PostgreSQL of its own."},
	{"SQL001", "SQL error", "PostgreSQL refused a statement of a migration or of a function's file. The message is PostgreSQL's; the place is where its error position points."},
}
