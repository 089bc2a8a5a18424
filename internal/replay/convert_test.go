package replay_test

import (
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// kinds are pgjson's by the model's.
var kinds = map[ir.Kind]pgjson.Kind{
	ir.Literal: pgjson.KindLiteral, ir.TextJSON: pgjson.KindTextJSON, ir.Bool: pgjson.KindBool, ir.Int2: pgjson.KindInt2,
	ir.Int4: pgjson.KindInt4, ir.Int8: pgjson.KindInt8, ir.Int8Number: pgjson.KindInt8Number, ir.Float4: pgjson.KindFloat4,
	ir.Float8: pgjson.KindFloat8, ir.Numeric: pgjson.KindNumeric, ir.Text: pgjson.KindText, ir.Bytea: pgjson.KindBytea,
	ir.UUID: pgjson.KindUUID, ir.Date: pgjson.KindDate, ir.Time: pgjson.KindTime, ir.Timestamp: pgjson.KindTimestamp,
	ir.TimestampTZ: pgjson.KindTimestampTZ, ir.JSON: pgjson.KindJSON, ir.JSONB: pgjson.KindJSONB, ir.Enum: pgjson.KindEnum,
	ir.Domain: pgjson.KindDomain, ir.Composite: pgjson.KindComposite, ir.ArrayOf: pgjson.KindArray, ir.OID: pgjson.KindOID,
	ir.TimeTZ: pgjson.KindTimeTZ, ir.Interval: pgjson.KindInterval, ir.Inet: pgjson.KindInet, ir.CIDR: pgjson.KindCIDR,
	ir.MACAddr: pgjson.KindMACAddr, ir.MACAddr8: pgjson.KindMACAddr8, ir.Bit: pgjson.KindBit, ir.Hstore: pgjson.KindHstore,
	ir.Vector: pgjson.KindVector, ir.Range: pgjson.KindRange, ir.Multirange: pgjson.KindMultirange,
}

var shapes = map[ir.Shape]pgcall.Shape{
	ir.Void: pgcall.ShapeVoid, ir.Scalar: pgcall.ShapeScalar, ir.Object: pgcall.ShapeObject, ir.Optional: pgcall.ShapeOptional,
	ir.Array: pgcall.ShapeArray, ir.Scalars: pgcall.ShapeScalars, ir.OptScalar: pgcall.ShapeOptScalar,
}

var checkKinds = map[string]pgjson.CheckKind{
	"CheckLength": pgjson.CheckLength, "CheckOctets": pgjson.CheckOctets, "CheckPattern": pgjson.CheckPattern,
	"CheckRange": pgjson.CheckRange, "CheckList": pgjson.CheckList,
}

// converter makes of a model what generated code would declare.
type converter struct {
	types  map[*ir.Type]*pgjson.Type
	errors []rpc.ErrorRule
}

// apiOf is the declaration of model to a server.
func apiOf(model *ir.Model) *rpc.API {
	c := converter{types: map[*ir.Type]*pgjson.Type{}}
	api := &rpc.API{Name: model.Schema}
	for _, k := range model.Session {
		api.Session = append(api.Session, rpc.SessionKey{Name: k.Name, Role: k.Role})
	}
	for _, r := range model.Retired {
		api.Retired = append(api.Retired, rpc.Retired{ID: r.ID, Name: r.Name})
	}
	for _, e := range model.Errors {
		c.errors = append(c.errors, rpc.ErrorRule{
			Code: rpc.Code(e.Code), Name: e.Name, Message: e.Message, SQLState: e.SQLState, Constraint: e.Constraint, Field: e.Field,
		})
	}
	api.Errors = c.errors
	for _, m := range model.Methods {
		api.Methods = append(api.Methods, c.method(m))
	}
	return api
}

var sessions = map[string]rpc.SessionChange{"open": rpc.SessionOpen, "close": rpc.SessionClose}

func (c *converter) method(m *ir.Method) rpc.Method {
	return rpc.Method{
		ID: m.ID, Name: m.Name, Service: m.Service, Access: rpc.Access{Public: m.Access.Public, Roles: m.Access.Roles},
		Session: sessions[m.Session], ReadOnly: m.ReadOnly, Binding: c.procedure(m),
	}
}

func (c *converter) procedure(m *ir.Method) *pgcall.Procedure {
	p := &pgcall.Procedure{
		Identity: m.Identity, Head: m.Head, Tail: m.Tail, Lead: m.Lead, Shape: shapes[m.Shape], ReadOnly: m.ReadOnly,
		Set: m.Set && (m.Shape == ir.Object || m.Shape == ir.Scalar), Fingerprint: m.Fingerprint, Errors: c.errors,
	}
	for _, param := range m.Params {
		out := pgcall.Param{
			Name: param.Name, Arg: param.Arg, Cast: param.Cast, Type: c.typ(param.Type), Optional: param.Optional, NotNull: param.NotNull,
		}
		if param.Fill != "" {
			out.Fill = pgcall.Fill{Source: pgcall.FillSession, Key: param.FillKey}
		}
		p.Params = append(p.Params, out)
	}
	object := m.Shape == ir.Object || m.Shape == ir.Optional || m.Shape == ir.Array
	for _, column := range m.Columns {
		out := pgcall.Column{Type: c.typ(column.Type), NotNull: column.NotNull}
		if column.Source != "" || object {
			out.Name = column.Name
		}
		if column.Source != column.Name {
			out.Source = column.Source
		}
		p.Columns = append(p.Columns, out)
	}
	for _, o := range m.Opens {
		p.Opens = append(p.Opens, pgcall.SessionColumn{Key: o.Key, Column: o.Column, Role: o.Role})
	}
	return p
}

func (c *converter) typ(t *ir.Type) *pgjson.Type {
	if t == nil {
		return nil
	}
	if known := c.types[t]; known != nil {
		return known
	}
	out := &pgjson.Type{
		Kind: kinds[t.Kind], Name: t.Name, OID: t.OID, NotNull: t.NotNull, Delim: t.Delim, Dims: t.Dims, ElemNotNull: t.ElemNotNull,
	}
	c.types[t] = out
	out.Elem = c.typ(t.Elem)
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, pgjson.Field{Name: f.Name, Type: c.typ(f.Type), NotNull: f.NotNull})
	}
	for _, l := range t.Labels {
		out.Labels = append(out.Labels, l.Value)
	}
	for _, r := range t.Rules {
		out.Checks = append(out.Checks, pgjson.Check{
			Kind: checkKinds[string(r.Kind)], Min: r.Min, Max: r.Max, MinOpen: r.MinOpen, MaxOpen: r.MaxOpen,
			Pattern: r.Pattern, List: r.List, Not: r.Not,
		})
	}
	return out
}
