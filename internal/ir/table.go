package ir

// Table is a table, view or foreign table that methods read or write, or that
// such a table refers to.
type Table struct {
	Schema, Name string
	Comment      string
	Columns      []TableColumn // in the order of the table
	References   []Reference   // its foreign keys to tables of the model, by the constraint's name
}

// TableColumn is a column of a table.
type TableColumn struct {
	Name    string
	Type    string // as SQL writes it: "character varying(64)"
	NotNull bool
	Key     bool // part of the primary key
}

// Reference is a foreign key.
type Reference struct {
	Columns []string
	Table   *Table
	Of      []string // columns of Table
}
