package lint

import (
	"github.com/spgen/spgen/internal/diag"
)

// outsiders are functions of PostgreSQL and its extensions that reach files,
// programs or other servers. They are withheld from PUBLIC, or their extension
// was installed for them.
var outsiders = []string{
	"pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file", "pg_file_write", "pg_file_rename", "pg_file_unlink",
	"lo_import", "lo_export", "dblink", "dblink_connect", "dblink_connect_u", "dblink_exec", "dblink_open", "dblink_send_query",
}

// outside is SEC008, in the body and in the strings that it executes.
func (r *routine) outside() {
	r.reaches(r.body, 0)
	for _, expression := range r.body.executions() {
		for _, t := range expression {
			if t.kind == str {
				r.reaches(scan(t.text), t.offset)
			}
		}
	}
}

// reaches reports what a body does outside of the database. The body begins at
// offset of r's.
func (r *routine) reaches(body tokens, offset int) {
	for i, t := range body {
		what := ""
		switch {
		case body.calls(i, outsiders...):
			what = t.text
		case t.is("copy") && body.begins(i):
			what = body.copies(i)
		}
		if what != "" {
			r.reportAt("SEC008", diag.Warning, offset+t.offset, what, r.Identity+" reaches outside of the database, by "+what,
				"", "let a program of your own do that, which clients cannot call")
		}
	}
}

// copies names the COPY at i where it is to or from a file or a program, or is "".
func (t tokens) copies(i int) string {
	statement := t.until(i)
	for n := range statement {
		if !statement[n].is("from") && !statement[n].is("to") {
			continue
		}
		switch next := statement.at(n + 1); {
		case next.is("program"):
			return "COPY … PROGRAM"
		case next.kind == str:
			return "COPY of a file"
		}
	}
	return ""
}
