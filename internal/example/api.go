package example

import (
	"strings"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

var shapes = map[ir.Shape]pgcall.Shape{
	ir.Void: pgcall.ShapeVoid, ir.Scalar: pgcall.ShapeScalar, ir.Object: pgcall.ShapeObject, ir.Optional: pgcall.ShapeOptional,
	ir.Array: pgcall.ShapeArray, ir.Scalars: pgcall.ShapeScalars, ir.OptScalar: pgcall.ShapeOptScalar,
}

var changes = map[string]rpc.SessionChange{"open": rpc.SessionOpen, "close": rpc.SessionClose}

// apiOf is what generated code declares to a server, without what bounds the calls
// of one client: rates, timeouts, throttled accounts.
func apiOf(m *ir.Model, ts types) *rpc.API {
	api := &rpc.API{Name: m.Schema, ServerRole: m.ServerRole, Authorize: m.Authorize}
	for _, k := range m.Session {
		api.Session = append(api.Session, rpc.SessionKey{Name: k.Name, Role: k.Role, Expires: k.Expires})
	}
	for _, e := range m.Errors {
		api.Errors = append(api.Errors, rpc.ErrorRule{
			Code: rpc.Code(e.Code), Name: e.Name, Message: e.Message, SQLState: e.SQLState, Constraint: e.Constraint, Field: e.Field,
		})
	}
	for _, r := range m.Retired {
		api.Retired = append(api.Retired, rpc.Retired{ID: r.ID, Name: r.Name})
	}
	settings := settingsOf(m, ts)
	for _, method := range m.Methods {
		p := procedureOf(method, ts)
		p.Errors, p.Settings = api.Errors, settings
		api.Methods = append(api.Methods, rpc.Method{
			ID: method.ID, Name: method.Name, Service: method.Service, Session: changes[method.Session], ReadOnly: method.ReadOnly,
			Access: rpc.Access{Public: method.Access.Public, Roles: method.Access.Roles}, Binding: p,
		})
	}
	return api
}

// settingsOf are what each call tells the database first, or nil.
func settingsOf(m *ir.Model, ts types) *pgcall.Settings {
	if len(m.Settings) == 0 {
		return nil
	}
	s := &pgcall.Settings{}
	for _, one := range m.Settings {
		s.List = append(s.List, pgcall.Setting{Name: one.Name, Cast: one.Cast, Type: ts.of(one.Type), Fill: fillOf(one.Source, one.Key)})
	}
	return s
}

// procedureOf is the binding that generated code has for m.
func procedureOf(m *ir.Method, ts types) *pgcall.Procedure {
	p := &pgcall.Procedure{
		Identity: m.Identity, Head: m.Head, Tail: m.Tail, Lead: m.Lead, Shape: shapes[m.Shape], ReadOnly: m.ReadOnly,
		Set: m.Set && (m.Shape == ir.Object || m.Shape == ir.Scalar), Fingerprint: m.Fingerprint,
	}
	variadic := false
	for _, param := range m.Params {
		variadic = variadic || strings.HasPrefix(param.Arg, "variadic ")
	}
	for _, param := range m.Params {
		made := pgcall.Param{
			Name: param.Name, Aliases: param.Aliases, Arg: param.Arg, Cast: param.Cast, Type: ts.of(param.Type),
			Optional: param.Optional, NotNull: param.NotNull, Fill: fillOf(param.Fill, param.FillKey),
		}
		if variadic {
			made.Default = param.Default
		}
		p.Params = append(p.Params, made)
	}
	for _, c := range m.Columns {
		made := pgcall.Column{Type: ts.of(c.Type), NotNull: c.NotNull}
		if c.Source != "" || m.Shape == ir.Object || m.Shape == ir.Optional || m.Shape == ir.Array {
			made.Name = c.Name
		}
		if c.Source != c.Name {
			made.Source = c.Source
		}
		p.Columns = append(p.Columns, made)
	}
	for _, o := range m.Opens {
		p.Opens = append(p.Opens, pgcall.SessionColumn{Key: o.Key, Column: o.Column, Role: o.Role, Expires: o.Expires})
	}
	return p
}

// fillOf returns where the server takes a value from; key is a session key's.
func fillOf(source string, key int) pgcall.Fill {
	switch source {
	case "":
		return pgcall.Fill{}
	case "client.ip":
		return pgcall.Fill{Source: pgcall.FillClientIP}
	case "client.id":
		return pgcall.Fill{Source: pgcall.FillClientID}
	}
	return pgcall.Fill{Source: pgcall.FillSession, Key: key}
}
