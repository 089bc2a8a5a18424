package catalog

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// voidOID is the type that a routine without a result returns.
const voidOID = 2278

// check compares one call with its description.
func (v *verifier) check(c *Call, d *pgconn.StatementDescription, refused *pgconn.PgError) {
	report := func(format string, args ...any) {
		v.found = append(v.found, Mismatch{Identity: c.Identity, Reason: fmt.Sprintf(format, args...)})
	}
	switch {
	case refused != nil:
		v.found = append(v.found, Mismatch{c.Identity, refusal(refused), refused})
		return
	case d == nil:
		report("PostgreSQL did not describe the statement")
		return
	}
	if v.denied[c.Identity] {
		report("permission denied (SQLSTATE 42501): grant execute on routine %s to the server's role", c.Identity)
	}
	v.checkParams(c.Params, d.ParamOIDs, report)
	v.checkColumns(c.Columns, d.Fields, report)
}

func refusal(e *pgconn.PgError) string {
	s := fmt.Sprintf("%s (SQLSTATE %s)", e.Message, e.Code)
	if e.Hint != "" {
		s += ": " + e.Hint
	}
	return s
}

func (v *verifier) checkParams(want []string, got []uint32, report func(string, ...any)) {
	if len(want) != len(got) {
		report("takes %s, not %d", count(len(got), "parameter"), len(want))
		return
	}
	for i, name := range want {
		if name == "" {
			continue
		}
		switch oid, ok := v.oids[name]; {
		case !ok:
			report("parameter %d: type %s does not exist in this database", i+1, name)
		case oid != got[i]:
			report("parameter %d is %s, not %s", i+1, v.types[got[i]].name, name)
		}
	}
}

func (v *verifier) checkColumns(want []ColumnSpec, got []pgconn.FieldDescription, report func(string, ...any)) {
	if len(want) == 0 && len(got) == 1 && got[0].DataTypeOID == voidOID {
		return
	}
	if len(want) != len(got) {
		report("returns %s, not %d", count(len(got), "column"), len(want))
		return
	}
	for i, spec := range want {
		v.checkColumn(i+1, spec, got[i], report)
	}
}

func (v *verifier) checkColumn(n int, want ColumnSpec, got pgconn.FieldDescription, report func(string, ...any)) {
	if want.Name != "" && want.Name != got.Name {
		report("column %d is named %q, not %q", n, got.Name, want.Name)
	}
	if want.Type == "" {
		return
	}
	switch oid, ok := v.oids[want.Type]; {
	case !ok:
		report("column %d (%s): type %s does not exist in this database", n, got.Name, want.Type)
	case v.base(oid) != got.DataTypeOID:
		report("column %d (%s) is %s, not %s", n, got.Name, v.types[got.DataTypeOID].name, want.Type)
	}
}

// base follows a domain down to the type under it.
func (v *verifier) base(oid uint32) uint32 {
	for v.types[oid].base != 0 {
		oid = v.types[oid].base
	}
	return oid
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
