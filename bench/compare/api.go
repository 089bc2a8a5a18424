package main

import (
	"github.com/spgen/spgen/bench/columns"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// api is what `spgen generate` makes of schema.sql.
var api = rpc.API{Methods: []rpc.Method{
	{ID: 1000, Name: "UserByID", Access: public, ReadOnly: true, Binding: &userByID},
	{ID: 1001, Name: "FirstUsers", Access: public, ReadOnly: true, Binding: &firstUsers},
	{ID: 1002, Name: "AddEvent", Access: public, Binding: &addEvent},
	{ID: 1003, Name: "Slow", Access: public, ReadOnly: true, Binding: &slow},
}}

var public = rpc.Access{Public: true}

var userByID = pgcall.Procedure{
	Identity: "api.user_by_id(bigint)", Head: `from "api"."user_by_id"(`, Tail: ")",
	Shape: pgcall.ShapeOptional, Set: true, ReadOnly: true,
	Params:  []pgcall.Param{{Name: "id", Arg: `"a_id" => `, Cast: "::bigint", Type: &pgjson.Int8, NotNull: true}},
	Columns: columns.User,
}

var firstUsers = pgcall.Procedure{
	Identity: "api.first_users(integer)", Head: `from "api"."first_users"(`, Tail: ")",
	Shape: pgcall.ShapeArray, Set: true, ReadOnly: true,
	Params:  []pgcall.Param{{Name: "n", Arg: `"a_n" => `, Cast: "::integer", Type: &pgjson.Int4, NotNull: true}},
	Columns: columns.User,
}

var addEvent = pgcall.Procedure{
	Identity: "api.add_event(bigint,text)", Head: `select "api"."add_event"(`, Tail: ")",
	Shape: pgcall.ShapeScalar,
	Params: []pgcall.Param{
		{Name: "user_id", Arg: `"a_user_id" => `, Cast: "::bigint", Type: &pgjson.Int8, NotNull: true},
		{Name: "body", Arg: `"a_body" => `, Cast: "::text", Type: &pgjson.Text, NotNull: true},
	},
	Columns: []pgcall.Column{{Type: &pgjson.Int8}},
}

var slow = pgcall.Procedure{
	Identity: "api.slow(double precision)", Head: `select "api"."slow"(`, Tail: ")",
	Shape: pgcall.ShapeScalar, ReadOnly: true,
	Params:  []pgcall.Param{{Name: "seconds", Arg: `"a_seconds" => `, Cast: "::double precision", Type: &pgjson.Float8, NotNull: true}},
	Columns: []pgcall.Column{{Type: &pgjson.Bool}},
}
