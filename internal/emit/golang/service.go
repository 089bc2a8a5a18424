package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/spgen/spgen/internal/ir"
)

// emitService emits the methods of one service.
func (p *pkg) emitService(f *jen.File, s *ir.Service) {
	for _, m := range s.Methods {
		p.emitParams(f, m)
		p.emitResult(f, m)
		if p.side == clientSide {
			emitClientMethod(f, m)
			continue
		}
		emitCall(f, m)
		emitHandler(f, m)
		p.emitProcedure(f, m)
	}
}

func (p *pkg) emitParams(f *jen.File, m *ir.Method) {
	name := m.Name + "Params"
	text := name + " are the parameters of " + m.Name + "."
	if len(m.Params) == 0 {
		text = name + " is empty: " + m.Name + " takes no parameters."
	}
	addComment(f, text)
	emitStruct(f, name, p.paramFields(m))
}

func (p *pkg) emitResult(f *jen.File, m *ir.Method) {
	o := outcomeOf(m)
	if o.row == "" {
		return
	}
	text := o.row + " is the result of " + m.Name + "."
	if m.Shape == ir.Array {
		text = o.row + " is one element of the result of " + m.Name + "."
	}
	addComment(f, text)
	emitStruct(f, o.row, columnFields(m.Columns))
}

// methodComment is the comment of a method's function.
func methodComment(m *ir.Method) string {
	text := strings.TrimSpace(m.Doc.Text)
	if text == "" {
		text = "Calls " + m.Identity + "."
	}
	text = sentence(m.Name, text)
	if len(m.Errors) > 0 {
		names := make([]string, len(m.Errors))
		for i, e := range m.Errors {
			names[i] = "[" + e.GoName + "]"
		}
		text += "\n\nErrors: " + strings.Join(names, ", ") + "."
	}
	if m.Deprecated != "" {
		text += "\n\nDeprecated: " + m.Deprecated
	}
	return text
}

// results returns a function's results, without names.
func results(o outcome) *jen.Statement {
	if o.typ == nil {
		return jen.Error()
	}
	return jen.Params(o.typ.Clone(), jen.Error())
}

// reader returns the expression that reads a result into the variable result.
func reader(o outcome, path string) *jen.Statement {
	switch {
	case o.typ == nil:
		return jen.Qual(path, "Void")
	case o.object:
		return jen.Qual(path, "Into").Call(jen.Op("&").Id("result"))
	}
	return jen.Qual(path, "Value").Call(jen.Op("&").Id("result"), o.code)
}

// body returns the statements that run call and return its outcome.
func body(o outcome, call *jen.Statement) []jen.Code {
	if o.typ == nil {
		return []jen.Code{jen.Return(call)}
	}
	return []jen.Code{
		jen.Var().Id("result").Add(o.typ.Clone()),
		jen.Err().Op(":=").Add(call),
		jen.Return(jen.Id("result"), jen.Err()),
	}
}

// emitCall emits the typed function that calls the routine.
func emitCall(f *jen.File, m *ir.Method) {
	o := outcomeOf(m)
	addComment(f, methodComment(m))
	call := jen.Qual(pgcallPath, "Do").Call(
		jen.Id("ctx"), jen.Id("db"), jen.Op("&").Id(procedureName(m)), jen.Op("&").Id("params"), reader(o, pgcallPath),
	)
	f.Func().Id(m.Name).Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("db").Qual(pgcallPath, "DB"), jen.Id("params").Id(m.Name+"Params"),
	).Add(results(o)).Block(body(o, call)...)
}

// emitHandler emits the type of Go functions that answer the method.
func emitHandler(f *jen.File, m *ir.Method) {
	o := outcomeOf(m)
	name := m.Name + "Handler"
	addComment(f, name+" answers "+m.Name+" in Go, in front of its stored procedure or in its place.")
	f.Type().Id(name).Func().Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("call").Op("*").Qual(rpcPath, "Call"), jen.Id("params").Id(m.Name+"Params"),
	).Add(results(o))
	addComment(f, "Method returns "+m.Name+"Method.")
	f.Func().Params(jen.Id(name)).Id("Method").Params().Op("*").Qual(rpcPath, "Method").Block(
		jen.Return(jen.Id(m.Name + "Method")),
	)
	addComment(f, "Serve implements rpc.Handler.")
	f.Func().Params(jen.Id("h").Id(name)).Id("Serve").Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("call").Op("*").Qual(rpcPath, "Call"),
	).Error().BlockFunc(func(g *jen.Group) { serveBody(g, m, o) })
}

func serveBody(g *jen.Group, m *ir.Method, o outcome) {
	check := func() *jen.Statement { return jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())) }
	g.Var().Id("params").Id(m.Name + "Params")
	g.If(
		jen.Err().Op(":=").Qual(pgcallPath, "ReadParams").Call(jen.Id("call"), jen.Op("&").Id("params")),
		jen.Err().Op("!=").Nil(),
	).Block(jen.Return(jen.Err()))
	h := jen.Id("h").Call(jen.Id("ctx"), jen.Id("call"), jen.Id("params"))
	if o.typ == nil {
		g.If(jen.Err().Op(":=").Add(h), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
		g.Return(jen.Qual(pgcallPath, "WriteVoid").Call(jen.Id("call")))
		return
	}
	g.List(jen.Id("result"), jen.Err()).Op(":=").Add(h)
	g.Add(check())
	if o.object {
		g.Return(jen.Qual(pgcallPath, "WriteResult").Call(jen.Id("call"), jen.Op("&").Id("result")))
		return
	}
	g.Return(jen.Qual(pgcallPath, "WriteValue").Call(jen.Id("call"), jen.Op("&").Id("result"), o.code))
}

// emitClientMethod emits the client's method.
func emitClientMethod(f *jen.File, m *ir.Method) {
	o := outcomeOf(m)
	addComment(f, methodComment(m))
	call := jen.Id("c").Dot("Conn").Dot("Call").Call(
		jen.Id("ctx"), jen.Id(m.Name+"ID"), jen.Op("&").Id("params"), reader(o, clientPath),
	)
	f.Func().Params(jen.Id("c").Op("*").Id("Client")).Id(m.Name).Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("params").Id(m.Name+"Params"),
	).Add(results(o)).Block(body(o, call)...)
}
