package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
)

// big is a schema of routines functions and types types, and what generated code
// would call of it.
func big(routines, types int) (sql string, calls []catalog.Call) {
	var b strings.Builder
	b.WriteString("create schema api;\n")
	for i := range types {
		fmt.Fprintf(&b, "create type api.t%d as (id bigint, name varchar(20), tags text[]);\n", i)
	}
	for i := range routines {
		typ := fmt.Sprintf("api.t%d", i%types)
		fmt.Fprintf(&b, `create function api.f%d(a_id bigint, a_name text default 'x, y', out id bigint, out value %s, a_more integer default 3)
			language sql as 'select 1, null::%s';`+"\n", i, typ, typ)
		calls = append(calls, catalog.Call{
			Identity: fmt.Sprintf("api.f%d(bigint,text,integer)", i),
			SQL:      fmt.Sprintf(`select * from "api"."f%d"("a_id" => $1::bigint, "a_name" => $2::text, "a_more" => $3::integer)`, i),
			Params:   []string{"bigint", "text", "integer"},
			Columns:  []catalog.ColumnSpec{{Name: "id", Type: "bigint"}, {Name: "value", Type: typ}},
		})
	}
	return b.String(), calls
}

func bigDatabase(b *testing.B) (*pgx.Conn, []catalog.Call) {
	sql, calls := big(5000, 500)
	conn := database(b, sql)
	exec(b, conn, "analyze")
	return conn, calls
}

// BenchmarkRead reads 5,000 functions and 500 types: at most 1 s.
func BenchmarkRead(b *testing.B) {
	conn, _ := bigDatabase(b)
	for b.Loop() {
		if c := read(b, conn, "api"); len(c.Routines) != 5000 || c.Types["api.t499"] == nil {
			b.Fatalf("read %d routines and %d types", len(c.Routines), len(c.Types))
		}
	}
}

// BenchmarkVerify prepares 5,000 calls: at most 2 s.
func BenchmarkVerify(b *testing.B) {
	conn, calls := bigDatabase(b)
	for b.Loop() {
		if found := catalog.Verify(b.Context(), conn, calls); found != nil {
			b.Fatal(found[0])
		}
	}
}

// BenchmarkFind looks up every routine as a person writes it.
func BenchmarkFind(b *testing.B) {
	c := &catalog.Catalog{Schema: "api"}
	for i := range 5000 {
		name := fmt.Sprint("f", i)
		c.Routines = append(c.Routines, catalog.Routine{
			Schema: "api", Name: name, Identity: "api." + name + "(bigint)", Args: []catalog.Arg{{Mode: catalog.In, Type: "bigint"}},
		})
	}
	for b.Loop() {
		if _, ok := c.Find("api.f4999(int8)"); !ok {
			b.Fatal("not found")
		}
	}
}
