package golang

import (
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/spgen/spgen/internal/ir"
)

// emitPackage emits what the package has once: the handshake with the runtime,
// method IDs, and the dispatch table or the client.
func (p *pkg) emitPackage(f *jen.File) {
	text := "Package " + p.name + " is the Go client of the RPC API of the PostgreSQL schema " + p.model.Schema + "."
	if p.side == server {
		text = "Package " + p.name + " is the RPC API of the PostgreSQL schema " + p.model.Schema + ": typed calls of its\n" +
			"functions, and the table from which a server dispatches them."
	}
	for _, line := range commentLines(text) {
		f.PackageComment(line)
	}
	addComment(f, "This package and its runtime match when the next line compiles. If it does not,\n"+
		"upgrade "+runtimeModule+" to the version of the spgen that wrote this,\nor run `spgen generate` again.")
	f.Const().Id("_").Op("=").Qual(rpcPath, "RuntimeV1")
	p.emitIDs(f)
	if p.side == clientSide {
		emitClient(f)
		return
	}
	p.emitAPI(f)
	p.emitMethods(f)
	p.emitSession(f)
	p.emitSettings(f)
}

func (p *pkg) emitIDs(f *jen.File) {
	if len(p.model.Methods) == 0 {
		return
	}
	addComment(f, "Method IDs. They never change and are never given to another method.")
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, m := range p.model.Methods {
			g.Id(m.Name + "ID").Op("=").Lit(int(m.ID))
		}
	})
}

// emitAPI emits the declaration that a server is made from.
func (p *pkg) emitAPI(f *jen.File) {
	addComment(f, "API declares the methods to a server.")
	members := []jen.Code{jen.Id("Name").Op(":").Lit(p.model.Schema)}
	if p.model.ServerRole != "" {
		members = append(members, jen.Id("ServerRole").Op(":").Lit(p.model.ServerRole))
	}
	if len(p.model.Methods) > 0 {
		members = append(members, jen.Id("Methods").Op(":").Id("methods").Index(jen.Op(":")))
	}
	if len(p.model.Retired) > 0 {
		members = append(members, jen.Id("Retired").Op(":").Index().Qual(rpcPath, "Retired").Add(lines(retired(p.model))))
	}
	if len(p.model.Session) > 0 {
		members = append(members, jen.Id("Session").Op(":").Index().Qual(rpcPath, "SessionKey").Add(jen.Values(sessionKeys(p.model)...)))
	}
	if p.model.Authorize != 0 {
		members = append(members, jen.Id("Authorize").Op(":").Id(authorizeName(p.model)))
	}
	if len(p.model.Errors) > 0 {
		members = append(members, jen.Id("Errors").Op(":").Id("errorRules"))
	}
	f.Var().Id("API").Op("=").Qual(rpcPath, "API").Add(lines(members))
}

func retired(m *ir.Model) []jen.Code {
	all := make([]jen.Code, len(m.Retired))
	for i, r := range m.Retired {
		all[i] = jen.Values(jen.Id("ID").Op(":").Lit(int(r.ID)), jen.Id("Name").Op(":").Lit(r.Name))
	}
	return all
}

func sessionKeys(m *ir.Model) []jen.Code {
	keys := make([]jen.Code, len(m.Session))
	for i, k := range m.Session {
		members := []jen.Code{jen.Id("Name").Op(":").Lit(k.Name)}
		if k.Role {
			members = append(members, jen.Id("Role").Op(":").True())
		}
		if k.Expires {
			members = append(members, jen.Id("Expires").Op(":").True())
		}
		keys[i] = jen.Values(members...)
	}
	return keys
}

// authorizeName is the constant of the method that a token at the handshake is for.
func authorizeName(model *ir.Model) string {
	i := slices.IndexFunc(model.Methods, func(m *ir.Method) bool { return m.ID == model.Authorize })
	return model.Methods[i].Name + "ID"
}

// emitMethods emits the dispatch table and a name for each of its entries.
func (p *pkg) emitMethods(f *jen.File) {
	methods := p.model.Methods
	if len(methods) == 0 {
		return
	}
	addComment(f, "methods is the dispatch table, sorted by ID.")
	rows := make([]jen.Code, len(methods))
	for i, m := range methods {
		rows[i] = methodRow(m)
	}
	f.Var().Id("methods").Op("=").Index(jen.Op("...")).Qual(rpcPath, "Method").Add(lines(rows))
	addComment(f, "The methods, for Registry.Handle.")
	f.Var().DefsFunc(func(g *jen.Group) {
		for i, m := range methods {
			g.Id(m.Name + "Method").Op("=").Op("&").Id("methods").Index(jen.Lit(i))
		}
	})
}

func methodRow(m *ir.Method) jen.Code {
	members := []jen.Code{
		jen.Id("ID").Op(":").Id(m.Name + "ID"),
		jen.Id("Name").Op(":").Lit(m.Name),
		jen.Id("Service").Op(":").Lit(m.Service),
	}
	if access := accessValues(m.Access); access != nil {
		members = append(members, jen.Id("Access").Op(":").Qual(rpcPath, "Access").Values(access))
	}
	switch m.Session {
	case "open":
		members = append(members, jen.Id("Session").Op(":").Qual(rpcPath, "SessionOpen"))
	case "close":
		members = append(members, jen.Id("Session").Op(":").Qual(rpcPath, "SessionClose"))
	}
	if m.ReadOnly {
		members = append(members, jen.Id("ReadOnly").Op(":").True())
	}
	if names := accountNames(m); len(names) > 0 {
		members = append(members, jen.Id("Account").Op(":").Index().String().Values(names...))
	}
	if m.TimeoutMS > 0 {
		members = append(members, jen.Id("Timeout").Op(":").Lit(int(m.TimeoutMS)).Op("*").Qual("time", "Millisecond"))
	}
	if unit := rateUnits[m.Rate.Per]; unit != "" {
		members = append(members, jen.Id("Rate").Op(":").Qual(rpcPath, "Rate").Values(
			jen.Id("Calls").Op(":").Lit(m.Rate.Calls), jen.Id("Per").Op(":").Qual("time", unit)))
	}
	members = append(members, jen.Id("Binding").Op(":").Op("&").Id(procedureName(m)))
	return jen.Values(members...)
}

// rateUnits are the constants of package time for what the manifest says.
var rateUnits = map[time.Duration]string{time.Second: "Second", time.Minute: "Minute", time.Hour: "Hour"}

func accessValues(a ir.Access) jen.Code {
	switch {
	case a.Public:
		return jen.Id("Public").Op(":").True()
	case len(a.Roles) > 0:
		return jen.Id("Roles").Op(":").Index().String().ValuesFunc(func(g *jen.Group) {
			for _, role := range a.Roles {
				g.Lit(role)
			}
		})
	}
	return nil
}

// emitSession emits the typed view of a connection's session.
func (p *pkg) emitSession(f *jen.File) {
	keys := p.model.Session
	if len(keys) == 0 {
		return
	}
	addComment(f, "Session is what a login established for a connection.")
	f.Type().Id("Session").StructFunc(func(g *jen.Group) {
		for _, k := range keys {
			g.Id(k.GoName).Add(nullable(k.Type, !k.Expires))
		}
	})
	addComment(f, "SessionOf returns the session of the connection that call came from; ok is false\nwhen it has none.")
	f.Func().Id("SessionOf").Params(jen.Id("call").Op("*").Qual(rpcPath, "Call")).
		Params(jen.Id("session").Id("Session"), jen.Id("ok").Bool()).
		BlockFunc(func(g *jen.Group) {
			expr := jen.Null()
			for i, k := range keys {
				if i > 0 {
					expr = expr.Op("&&").Line()
				}
				expr = expr.Qual(pgcallPath, "ReadSession").Call(jen.Id("call"), jen.Lit(i), p.descriptors.pointer(k.Type),
					jen.Op("&").Id("session").Dot(k.GoName), nullableFunc(k.Type, !k.Expires))
			}
			g.Id("ok").Op("=").Add(expr)
			g.Return(jen.Id("session"), jen.Id("ok"))
		})
}

// emitSettings emits what every call tells the database first.
func (p *pkg) emitSettings(f *jen.File) {
	if len(p.model.Settings) == 0 {
		return
	}
	addComment(f, "settings are made before every call, in its transaction: whom it is for.")
	list := make([]jen.Code, len(p.model.Settings))
	for i, s := range p.model.Settings {
		list[i] = jen.Values(
			jen.Id("Name").Op(":").Lit(s.Name), jen.Id("Cast").Op(":").Lit(s.Cast),
			jen.Id("Type").Op(":").Add(p.descriptors.pointer(s.Type)), jen.Id("Fill").Op(":").Add(fill(s.Source, s.Key)),
		)
	}
	f.Var().Id("settings").Op("=").Qual(pgcallPath, "Settings").Values(
		jen.Id("List").Op(":").Index().Qual(pgcallPath, "Setting").Add(lines(list)),
	)
}

// emitErrors emits the errors that the manifest declares.
func (p *pkg) emitErrors(f *jen.File) {
	if len(p.model.Errors) == 0 {
		return
	}
	addComment(f, "Errors of the API. Compare with errors.Is; errors.As to *rpc.Error gives the details.")
	f.Var().DefsFunc(func(g *jen.Group) {
		for _, e := range p.model.Errors {
			g.Id(e.GoName).Op("=").Op("&").Qual(rpcPath, "Error").Values(
				jen.Id("Code").Op(":").Lit(int(e.Code)), jen.Id("Name").Op(":").Lit(e.Name), jen.Id("Message").Op(":").Lit(e.Message))
		}
	})
	if p.side == clientSide {
		return
	}
	addComment(f, "errorRules say which database errors they stand for.")
	rules := make([]jen.Code, len(p.model.Errors))
	for i, e := range p.model.Errors {
		rules[i] = jen.Values(errorRule(e)...)
	}
	f.Var().Id("errorRules").Op("=").Index().Qual(rpcPath, "ErrorRule").Add(lines(rules))
}

func errorRule(e ir.Error) []jen.Code {
	members := []jen.Code{
		jen.Id("Code").Op(":").Lit(int(e.Code)), jen.Id("Name").Op(":").Lit(e.Name), jen.Id("Message").Op(":").Lit(e.Message),
	}
	for _, m := range []struct{ name, value string }{
		{"SQLState", e.SQLState}, {"Constraint", e.Constraint}, {"Field", e.Field},
	} {
		if m.value != "" {
			members = append(members, jen.Id(m.name).Op(":").Lit(m.value))
		}
	}
	return members
}

// emitClient emits the client's type.
func emitClient(f *jen.File) {
	addComment(f, "Client calls the methods of the API over one connection. It is safe for concurrent use.")
	f.Type().Id("Client").Struct(jen.Id("Conn").Op("*").Qual(clientPath, "Conn"))
	addComment(f, "Dial connects to a server, such as \"ws://127.0.0.1:8080/ws\". Close the client's Conn when done.")
	f.Func().Id("Dial").Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("url").String(), jen.Id("opts").Op("...").Qual(clientPath, "Option"),
	).Params(jen.Op("*").Id("Client"), jen.Error()).Block(
		jen.List(jen.Id("conn"), jen.Err()).Op(":=").Qual(clientPath, "Dial").Call(jen.Id("ctx"), jen.Id("url"), jen.Id("opts").Op("...")),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(jen.Op("&").Id("Client").Values(jen.Id("Conn").Op(":").Id("conn")), jen.Nil()),
	)
}

// accountNames are the names of the parameter that says whose account a login is to.
func accountNames(m *ir.Method) (names []jen.Code) {
	for _, p := range m.Params {
		if m.Account == "" || p.Name != m.Account {
			continue
		}
		names = append(names, jen.Lit(p.Name))
		for _, alias := range p.Aliases {
			names = append(names, jen.Lit(alias))
		}
	}
	return names
}
