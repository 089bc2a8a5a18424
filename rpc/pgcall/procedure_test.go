package pgcall_test

import (
	"strings"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// method declares a public method of p; its name is the routine's.
func method(p *pgcall.Procedure) rpc.Method {
	name := p.Identity[strings.Index(p.Identity, ".")+1 : strings.Index(p.Identity, "(")]
	return rpc.Method{ID: idOf(name), Name: name, Access: rpc.Access{Public: true}, ReadOnly: p.ReadOnly, Binding: p}
}

// idOf derives an ID from a name.
func idOf(name string) uint32 {
	id := uint32(0)
	for _, c := range []byte(name) {
		id = id*31 + uint32(c)
	}
	return id&0xffffff + 1000
}

// function binds a function of schema api as the generator would.
func function(name string, shape pgcall.Shape, params []pgcall.Param, columns ...pgcall.Column) *pgcall.Procedure {
	p := &pgcall.Procedure{Identity: "api." + name + "()", Tail: ")", Shape: shape, Params: params, Columns: columns}
	p.Head = `from "api"."` + name + `"(`
	if shape == pgcall.ShapeVoid || shape == pgcall.ShapeScalar && (len(columns) == 0 || columns[0].Name == "") {
		p.Head = `select "api"."` + name + `"(`
	}
	return p
}

// readOnly marks p as STABLE.
func readOnly(p *pgcall.Procedure) *pgcall.Procedure {
	p.ReadOnly = true
	return p
}

// in is a required parameter a_name, as the generator declares it.
func in(name string, t *pgjson.Type) pgcall.Param {
	p := pgcall.Param{Name: name, Arg: `"a_` + name + `" => `, Type: t}
	if t.OID != 0 {
		p.Cast = "::" + t.Name
	}
	return p
}

// opt is a parameter with a default.
func opt(name string, t *pgjson.Type) pgcall.Param {
	p := in(name, t)
	p.Optional = true
	return p
}

func filled(p pgcall.Param, source pgcall.FillSource, key int) pgcall.Param {
	p.Fill = pgcall.Fill{Source: source, Key: key}
	return p
}

func params(p ...pgcall.Param) []pgcall.Param { return p }

// scalar is the column of a function without OUT arguments.
func scalar(t *pgjson.Type) pgcall.Column { return pgcall.Column{Type: t} }

// column is a column that the database knows by the same name.
func column(name string, t *pgjson.Type) pgcall.Column {
	return pgcall.Column{Name: name, Type: t}
}

func notNull(c pgcall.Column) pgcall.Column {
	c.NotNull = true
	return c
}

var (
	int4Array = pgjson.Type{Kind: pgjson.KindArray, Name: "integer[]", OID: 1007, Elem: &pgjson.Int4}
	interval  = pgjson.Type{Kind: pgjson.KindLiteral, Name: "interval", OID: 1186}
	mood      = pgjson.Type{Kind: pgjson.KindEnum, Name: "app.mood", Labels: []string{"sad", "glad"}}
	moodArray = pgjson.Type{Kind: pgjson.KindArray, Name: "app.mood[]", Elem: &mood}
	pair      = pgjson.Type{Kind: pgjson.KindComposite, Name: "app.pair", Fields: []pgjson.Field{
		{Name: "x", Type: &pgjson.Int4}, {Name: "y", Type: &mood},
	}}
	small = pgjson.Type{Kind: pgjson.KindDomain, Name: "app.small", Elem: &pgjson.Int4, NotNull: true}
)

const ownTypes = `
create type app.mood as enum ('sad', 'glad');
create type app.pair as (x int, y app.mood);
create domain app.small as int check (value < 100);
`
