package docs

import (
	"slices"

	"github.com/spgen/spgen/internal/ir"
)

// openRPCVersion is the version of the specification that openrpc.json follows.
const openRPCVersion = "1.4.1"

type openRPC struct {
	GeneratedBy string       `json:"x-generated-by"`
	Version     string       `json:"openrpc"`
	Info        openRPCInfo  `json:"info"`
	Servers     []rpcServer  `json:"servers"`
	Methods     []rpcMethod  `json:"methods"`
	Components  rpcComponent `json:"components"`
}

type openRPCInfo struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"`
}

type rpcServer struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Description string `json:"description"`
	Subprotocol string `json:"x-subprotocol"`
}

type rpcMethod struct {
	Name        string       `json:"name"`
	ID          uint32       `json:"x-method-id"`
	Tags        []tag        `json:"tags"`
	Summary     string       `json:"summary,omitempty"`
	Description string       `json:"description,omitempty"`
	Deprecated  bool         `json:"deprecated,omitempty"`
	Reason      string       `json:"x-deprecated,omitempty"`
	Since       string       `json:"x-since,omitempty"`
	Access      any          `json:"x-access"`
	Session     string       `json:"x-session,omitempty"`
	Authorize   bool         `json:"x-authorize,omitempty"` // the manifest's authorize
	ReadOnly    bool         `json:"x-read-only"`
	TimeoutMS   int64        `json:"x-timeout-ms,omitempty"`
	Reads       []string     `json:"x-reads,omitempty"`
	Writes      []string     `json:"x-writes,omitempty"`
	Structure   string       `json:"paramStructure"`
	Params      []descriptor `json:"params"`
	Result      descriptor   `json:"result"`
	Errors      []schema     `json:"errors"`
	Basis       []rpcRaise   `json:"x-errors,omitempty"`
	Examples    []pairing    `json:"examples,omitempty"`
	Failures    []failure    `json:"x-error-examples,omitempty"`
}

// rpcRaise says how it is known that a method can answer an error.
type rpcRaise struct {
	Name  string `json:"name"`
	Code  int32  `json:"code"`
	Basis string `json:"basis"` // declared or inferred
}

type tag struct {
	Name string `json:"name"`
}

// descriptor is a Content Descriptor Object.
type descriptor struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required"`
	Schema      schema `json:"schema"`
	Default     string `json:"x-default,omitempty"`

	Aliases []string `json:"x-aliases,omitempty"` // former names that are still taken
}

type rpcComponent struct {
	Schemas object `json:"schemas"`
	Errors  object `json:"errors"`
}

type rpcError struct {
	Code    int32  `json:"code"`
	Message string `json:"message"`
	Data    object `json:"data,omitempty"`
}

// renderOpenRPC makes openrpc.json.
func renderOpenRPC(s *site) ([]byte, error) {
	d := openRPC{
		GeneratedBy: Header,
		Version:     openRPCVersion,
		Info: openRPCInfo{
			Title:       s.Title,
			Description: "Frames are {\"method\", \"seq\", \"params\"}; method is x-method-id or the name.",
			Version:     "1",
		},
		Servers: []rpcServer{{
			Name: "WebSocket", URL: "ws://localhost:8080/ws", Subprotocol: "spgen.v1.json",
			Description: "The path is part of the API, host and port are an example.",
		}},
		Methods:    []rpcMethod{},
		Components: rpcComponent{Schemas: s.components(false).definitions(), Errors: s.errorComponents()},
	}
	for i, sv := range s.model.Services {
		for j, m := range sv.Methods {
			d.Methods = append(d.Methods, s.rpcMethod(m, s.Services[i].Methods[j]))
		}
	}
	b, err := indented(d)
	return append(b, '\n'), err
}

// components makes schemas that refer to components of a document.
func (s *site) components(sent bool) schemas { return schemas{s, "#/components/schemas/", sent} }

// errorComponents are all errors.
func (s *site) errorComponents() object {
	all := object{}
	for _, list := range [][]*errorView{s.Errors, s.Protocol} {
		for _, e := range list {
			v := rpcError{Code: e.Code, Message: first(e.Message, e.Name)}
			if e.Field != "" {
				v.Data = object{{"field", e.Field}}
			}
			all = append(all, member{s.errorKeys[e], v})
		}
	}
	return all
}

func (s *site) rpcMethod(m *ir.Method, v *method) rpcMethod {
	r := rpcMethod{
		Name: m.Name, ID: m.ID, Tags: []tag{{v.Service}}, Summary: v.Summary, Description: v.Doc.Markdown,
		Deprecated: m.Deprecated != "", Reason: m.Deprecated, Since: m.Since, Access: rpcAccess(m.Access),
		Session: m.Session, Authorize: m.ID != 0 && m.ID == s.model.Authorize, ReadOnly: m.ReadOnly, TimeoutMS: m.TimeoutMS, Reads: qualified(m.Reads), Writes: qualified(m.Writes),
		Structure: "by-name", Params: s.descriptors(m), Errors: []schema{}, Basis: rpcRaises(m),
		Result: descriptor{Name: "result", Description: v.Shape, Required: true, Schema: s.components(false).result(m)},
	}
	for _, list := range [][]*errorView{v.Errors, s.raisedOf(m), v.protocol} {
		for _, e := range list {
			r.Errors = append(r.Errors, schema{Ref: "#/components/errors/" + pointer(s.errorKeys[e])})
		}
	}
	r.Examples, r.Failures = pairings(m)
	return r
}

// descriptors are the parameters that clients send, those that they must first, as
// OpenRPC wants it.
func (s *site) descriptors(m *ir.Method) []descriptor {
	all := []descriptor{}
	for _, required := range []bool{true, false} {
		for _, p := range m.Params {
			if p.Fill == "" && p.Optional != required {
				all = append(all, s.descriptor(p))
			}
		}
	}
	return all
}

func (s *site) descriptor(p *ir.Param) descriptor {
	return descriptor{
		Name: p.Name, Description: s.prose(p.Doc).Text(), Required: !p.Optional, Default: p.Default, Aliases: p.Aliases,
		Schema: s.components(true).value(p.Type, p.NotNull || p.Type.NotNull),
	}
}

// qualified are the names of tables, with their schemas.
func qualified(tables []*ir.Table) []string {
	var names []string
	for _, t := range tables {
		names = append(names, t.Schema+"."+t.Name)
	}
	return names
}

// rpcRaises says of m's own errors how each is known. One may be raised in several
// places: it is declared if the comment says so.
func rpcRaises(m *ir.Method) []rpcRaise {
	var all []rpcRaise
	for _, r := range m.Raises {
		if r.Error == nil {
			continue
		}
		basis := "inferred"
		if r.Declared {
			basis = "declared"
		}
		i := slices.IndexFunc(all, func(one rpcRaise) bool { return one.Code == r.Error.Code })
		if i < 0 {
			all = append(all, rpcRaise{r.Error.Name, r.Error.Code, basis})
		} else if r.Declared {
			all[i].Basis = basis
		}
	}
	return all
}

// rpcAccess is "public", "session" or the roles, as the manifest has it.
func rpcAccess(a ir.Access) any {
	switch {
	case a.Public:
		return "public"
	case len(a.Roles) == 0:
		return "session"
	}
	return a.Roles
}
