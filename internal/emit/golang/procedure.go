package golang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/spgen/spgen/internal/ir"
)

// shapeNames are the names of pgcall's shapes.
var shapeNames = map[ir.Shape]string{
	ir.Void: "ShapeVoid", ir.Scalar: "ShapeScalar", ir.Object: "ShapeObject", ir.Optional: "ShapeOptional",
	ir.Array: "ShapeArray", ir.Scalars: "ShapeScalars", ir.OptScalar: "ShapeOptScalar",
}

// laneNames are the names of pgcall's lanes by what the manifest calls them.
var laneNames = map[string]string{"fast": "LaneFast", "slow": "LaneSlow", "cpu": "LaneCPU"}

// isObject reports whether rows become objects, so that columns need names.
func isObject(s ir.Shape) bool { return s == ir.Object || s == ir.Optional || s == ir.Array }

// raw returns a string literal, in backquotes where quotes or backslashes would
// need escapes, so that SQL, JSON and patterns can be read.
func raw(s string) *jen.Statement {
	if strings.ContainsAny(s, "\"\\") && strconv.CanBackquote(s) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

func procedureName(m *ir.Method) string { return ir.Unexported(m.Name) + "Procedure" }

// emitProcedure emits the binding of a method to its routine.
func (p *pkg) emitProcedure(f *jen.File, m *ir.Method) {
	members := []jen.Code{
		jen.Id("Identity").Op(":").Lit(m.Identity),
		jen.Id("Head").Op(":").Add(raw(m.Head)),
		jen.Id("Tail").Op(":").Lit(m.Tail),
	}
	if m.Lead {
		members = append(members, jen.Id("Lead").Op(":").True())
	}
	members = append(members, jen.Id("Shape").Op(":").Qual(pgcallPath, shapeNames[m.Shape]))
	if m.Set && (m.Shape == ir.Object || m.Shape == ir.Scalar) {
		members = append(members, jen.Id("Set").Op(":").True())
	}
	if m.ReadOnly {
		members = append(members, jen.Id("ReadOnly").Op(":").True())
	}
	members = append(members, jen.Id("Fingerprint").Op(":").Lit(m.Fingerprint))
	if len(m.Params) > 0 {
		members = append(members, jen.Id("Params").Op(":").Index().Qual(pgcallPath, "Param").Add(lines(p.params(m))))
	}
	if len(m.Columns) > 0 {
		members = append(members, jen.Id("Columns").Op(":").Index().Qual(pgcallPath, "Column").Add(lines(p.columns(m))))
	}
	if len(m.Opens) > 0 {
		members = append(members, jen.Id("Opens").Op(":").Index().Qual(pgcallPath, "SessionColumn").Add(jen.Values(opens(m)...)))
	}
	if len(p.model.Errors) > 0 {
		members = append(members, jen.Id("Errors").Op(":").Id("errorRules"))
	}
	if lane := laneNames[m.Lane]; lane != "" {
		members = append(members, jen.Id("Lane").Op(":").Qual(pgcallPath, lane))
	}
	if len(p.model.Settings) > 0 {
		members = append(members, jen.Id("Settings").Op(":").Op("&").Id("settings"))
	}
	f.Var().Id(procedureName(m)).Op("=").Qual(pgcallPath, "Procedure").Add(lines(members))
}

// variadic reports whether the routine's last parameter is VARIADIC.
func variadic(m *ir.Method) bool {
	return slices.ContainsFunc(m.Params, func(p *ir.Param) bool { return strings.HasPrefix(p.Arg, "variadic ") })
}

func (p *pkg) params(m *ir.Method) []jen.Code {
	params := make([]jen.Code, len(m.Params))
	for i, param := range m.Params {
		members := []jen.Code{
			jen.Id("Name").Op(":").Lit(param.Name),
			jen.Id("Arg").Op(":").Add(raw(param.Arg)),
			jen.Id("Cast").Op(":").Lit(param.Cast),
			jen.Id("Type").Op(":").Add(p.descriptors.pointer(param.Type)),
		}
		if param.Optional {
			members = append(members, jen.Id("Optional").Op(":").True())
		}
		if param.Default != "" && variadic(m) {
			members = append(members, jen.Id("Default").Op(":").Add(raw(param.Default)))
		}
		if param.NotNull {
			members = append(members, jen.Id("NotNull").Op(":").True())
		}
		if len(param.Aliases) > 0 {
			members = append(members, jen.Id("Aliases").Op(":").Index().String().ValuesFunc(func(g *jen.Group) {
				for _, name := range param.Aliases {
					g.Lit(name)
				}
			}))
		}
		if param.Added {
			members = append(members, jen.Id("Added").Op(":").True())
		}
		if param.Fill != "" {
			members = append(members, jen.Id("Fill").Op(":").Add(fill(param.Fill, param.FillKey)))
		}
		params[i] = jen.Values(members...)
	}
	return params
}

// fill returns where the server takes a value from; key is a session key's.
func fill(from string, key int) *jen.Statement {
	fill := func(source string, more ...jen.Code) *jen.Statement {
		members := append([]jen.Code{jen.Id("Source").Op(":").Qual(pgcallPath, source)}, more...)
		return jen.Qual(pgcallPath, "Fill").Values(members...)
	}
	switch from {
	case "client.ip":
		return fill("FillClientIP")
	case "client.id":
		return fill("FillClientID")
	}
	return fill("FillSession", jen.Id("Key").Op(":").Lit(key))
}

func (p *pkg) columns(m *ir.Method) []jen.Code {
	columns := make([]jen.Code, len(m.Columns))
	for i, c := range m.Columns {
		var members []jen.Code
		if c.Source != "" || isObject(m.Shape) {
			members = append(members, jen.Id("Name").Op(":").Lit(c.Name))
		}
		if c.Source != "" && c.Source != c.Name {
			members = append(members, jen.Id("Source").Op(":").Lit(c.Source))
		}
		members = append(members, jen.Id("Type").Op(":").Add(p.descriptors.pointer(c.Type)))
		if c.NotNull {
			members = append(members, jen.Id("NotNull").Op(":").True())
		}
		if c.Added && !c.NotNull {
			members = append(members, jen.Id("Added").Op(":").True())
		}
		columns[i] = jen.Values(members...)
	}
	return columns
}

func opens(m *ir.Method) []jen.Code {
	opens := make([]jen.Code, len(m.Opens))
	for i, o := range m.Opens {
		members := []jen.Code{jen.Id("Key").Op(":").Lit(o.Key), jen.Id("Column").Op(":").Lit(o.Column)}
		if o.Role {
			members = append(members, jen.Id("Role").Op(":").True())
		}
		if o.Expires {
			members = append(members, jen.Id("Expires").Op(":").True())
		}
		opens[i] = jen.Values(members...)
	}
	return opens
}
