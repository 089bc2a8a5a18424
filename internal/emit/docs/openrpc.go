package docs

import (
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
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
	ReadOnly    bool         `json:"x-read-only"`
	Structure   string       `json:"paramStructure"`
	Params      []descriptor `json:"params"`
	Result      descriptor   `json:"result"`
	Errors      []schema     `json:"errors"`
	Examples    []pairing    `json:"examples"`
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
}

type pairing struct {
	Name   string         `json:"name"`
	Params []exampleValue `json:"params"`
	Result exampleValue   `json:"result"`
}

type exampleValue struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
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
		Components: rpcComponent{Schemas: s.schemaComponents(), Errors: object{}},
	}
	keys := s.errorComponents(&d.Components)
	for i, sv := range s.model.Services {
		for j, m := range sv.Methods {
			d.Methods = append(d.Methods, s.rpcMethod(m, s.Services[i].Methods[j], keys))
		}
	}
	b, err := indented(d)
	return append(b, '\n'), err
}

func (s *site) schemaComponents() object {
	all := object{}
	for i, t := range s.model.Types {
		v := schemas{s}.inline(t)
		v.Description = first(s.Types[i].Doc.Text, v.Description)
		all = append(all, member{s.Types[i].Key, v})
	}
	return all
}

// errorComponents adds every error and returns their keys.
func (s *site) errorComponents(c *rpcComponent) map[*errorView]string {
	keys, taken := map[*errorView]string{}, anchors{}
	for _, list := range [][]*errorView{s.Errors, s.Protocol} {
		for _, e := range list {
			keys[e] = taken.take(e.Name)
			v := rpcError{Code: e.Code, Message: first(e.Message, e.Name)}
			if e.Field != "" {
				v.Data = object{{"field", e.Field}}
			}
			c.Errors = append(c.Errors, member{keys[e], v})
		}
	}
	return keys
}

func (s *site) rpcMethod(m *ir.Method, v *method, keys map[*errorView]string) rpcMethod {
	r := rpcMethod{
		Name: m.Name, ID: m.ID, Tags: []tag{{v.Service}}, Summary: v.Summary, Description: v.Doc.Markdown,
		Deprecated: m.Deprecated != "", Reason: m.Deprecated, Since: m.Since, Access: rpcAccess(m.Access),
		Session: m.Session, ReadOnly: m.ReadOnly, Structure: "by-name", Params: []descriptor{}, Errors: []schema{},
		Result: descriptor{Name: "result", Description: v.Shape, Required: true, Schema: schemas{s}.result(m)},
	}
	for _, p := range m.Params {
		if p.Fill == "" {
			r.Params = append(r.Params, s.descriptor(p))
		}
	}
	for _, list := range [][]*errorView{v.Errors, v.protocol} {
		for _, e := range list {
			r.Errors = append(r.Errors, schema{Ref: "#/components/errors/" + pointer(keys[e])})
		}
	}
	r.Examples = []pairing{examplePairing(m)}
	return r
}

func (s *site) descriptor(p *ir.Param) descriptor {
	return descriptor{
		Name: p.Name, Description: s.prose(p.Doc).Text(), Required: !p.Optional, Default: p.Default,
		Schema: nullable(schemas{s}.of(p.Type), !p.NotNull && !p.Type.NotNull),
	}
}

func examplePairing(m *ir.Method) pairing {
	e := pairing{Name: "example", Params: []exampleValue{}, Result: exampleValue{"result", plausible.Result(m)}}
	for _, p := range plausible.Params(m) {
		e.Params = append(e.Params, exampleValue{p.Key, p.Value})
	}
	return e
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
