package chaos_test

import (
	"fmt"
	"slices"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

var (
	odd      = pgjson.Type{Kind: pgjson.KindDomain, Name: "app.odd", Elem: &pgjson.Int8}
	regclass = pgjson.Type{Kind: pgjson.KindLiteral, Name: "regclass", OID: 2205}
)

// rules are errors that the manifest would declare.
func rules() []rpc.ErrorRule {
	all := []rpc.ErrorRule{{Code: 11100, Name: "marked", Message: "it is marked", Constraint: "mark_nonce_key", Field: "nonce"}}
	for n := range mappedStates {
		all = append(all, rpc.ErrorRule{
			Code: rpc.Code(11000 + n), Name: fmt.Sprintf("mapped_%d", n), Message: "mapped", SQLState: fmt.Sprintf("SP00%d", n),
		})
	}
	return all
}

const mappedStates = 10

func in(name string, t *pgjson.Type) pgcall.Param {
	return pgcall.Param{Name: name, Arg: fmt.Sprintf(`"a_%s" => `, name), Cast: "::" + t.Name, Type: t}
}

func out(name string, t *pgjson.Type) pgcall.Column {
	return pgcall.Column{Name: name, Type: t, NotNull: true}
}

// routine is how a function is called.
type routine struct {
	name  string
	read  bool // STABLE
	shape pgcall.Shape
	in    []pgcall.Param // beside the nonce
	out   []pgcall.Column
}

func routines() []routine {
	rows, size, ms, state := in("rows", &pgjson.Int4), in("size", &pgjson.Int4), in("ms", &pgjson.Int4), in("state", &pgjson.Text)
	attempt := []pgcall.Param{in("slot", &pgjson.Int4), in("times", &pgjson.Int4), rows}
	value, text := []pgcall.Column{out("", &pgjson.Int8)}, []pgcall.Column{out("", &pgjson.Text)}
	table := []pgcall.Column{out("nonce", &pgjson.Int8), out("i", &pgjson.Int4), out("body", &pgjson.Text)}
	return []routine{
		{"one", true, pgcall.ShapeScalar, nil, value},
		{"echo", true, pgcall.ShapeArray, []pgcall.Param{rows, size}, table},
		{"write", false, pgcall.ShapeScalar, nil, value},
		{"write_rows", false, pgcall.ShapeArray, []pgcall.Param{rows, size}, table},
		{"strict", false, pgcall.ShapeScalar, []pgcall.Param{in("d0", &odd), in("d1", &odd), in("d2", &odd), in("d3", &odd)}, value},
		{"named", true, pgcall.ShapeScalar, []pgcall.Param{in("relation", &regclass)}, value},
		{"fail", false, pgcall.ShapeScalar, []pgcall.Param{state}, value},
		{"crumble", true, pgcall.ShapeArray, []pgcall.Param{rows, size}, table},
		{"crumble_write", false, pgcall.ShapeScalars, []pgcall.Param{rows}, value},
		{"late", false, pgcall.ShapeScalar, []pgcall.Param{state}, value},
		{"stumble", true, pgcall.ShapeScalars, attempt, value},
		{"stumble_write", false, pgcall.ShapeScalars, attempt, value},
		{"collide", false, pgcall.ShapeScalar, []pgcall.Param{in("first", &pgjson.Int4), in("second", &pgjson.Int4)}, value},
		{"nap", true, pgcall.ShapeScalar, []pgcall.Param{ms}, value},
		{"nap_write", false, pgcall.ShapeScalar, []pgcall.Param{ms}, value},
		{"hollow", true, pgcall.ShapeArray, []pgcall.Param{rows}, []pgcall.Column{out("nonce", &pgjson.Int8), out("body", &pgjson.Text)}},
		{"hollow_write", false, pgcall.ShapeScalar, nil, value},
		{"who", true, pgcall.ShapeScalar, nil, text},
		{"who_write", false, pgcall.ShapeScalar, nil, text},
		{"slip", true, pgcall.ShapeScalar, nil, value},
		{"nobody", true, pgcall.ShapeScalar, nil, text},
	}
}

// told are the methods whose calls are told whom they are for.
var told = []string{"who", "who_write", "late", "crumble_write", "stumble_write", "nap_write"}

// newSettings tell a call its client.
func newSettings() *pgcall.Settings {
	return &pgcall.Settings{List: []pgcall.Setting{{
		Name: "app.client", Cast: "::text", Type: &pgjson.Text, Fill: pgcall.Fill{Source: pgcall.FillClientID},
	}}}
}

const firstID = 1000

// newAPI returns the API of schema.sql, as the generator would make it.
func newAPI() *rpc.API {
	api, settings := &rpc.API{Name: "api", Errors: rules()}, newSettings()
	for i, r := range routines() {
		p := &pgcall.Procedure{
			Identity: "api." + r.name, Head: fmt.Sprintf(`from "api".%q(`, r.name), Tail: ")",
			Params:  append([]pgcall.Param{in("nonce", &pgjson.Int8)}, r.in...),
			Columns: r.out, Shape: r.shape, Set: r.shape == pgcall.ShapeArray, ReadOnly: r.read, Errors: api.Errors,
		}
		if len(r.out) == 1 {
			p.Head = fmt.Sprintf(`select "api".%q(`, r.name)
		}
		if slices.Contains(told, r.name) {
			p.Settings = settings
		}
		api.Methods = append(api.Methods, rpc.Method{
			ID: uint32(firstID + i), Name: r.name, Access: rpc.Access{Public: true}, ReadOnly: r.read, Binding: p,
		})
	}
	return api
}
