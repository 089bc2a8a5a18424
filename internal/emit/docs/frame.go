package docs

import (
	"slices"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// Frames returns a request to m and its answer with values that are made up from
// types and constraints, each compact JSON without seq.
func Frames(m *ir.Method) (request, answer []byte, err error) {
	if request, err = marshal(object{{"method", m.ID}, {"params", plausible.Params(m)}}); err != nil {
		return nil, nil, err
	}
	answer, err = marshal(object{{"method", m.ID}, {"result", plausible.Result(m)}})
	return request, answer, err
}

// The keys of the definitions that every document has. Those of types begin with
// a capital, those of methods and of each error have a dot.
const (
	requestKey = "request"
	answerKey  = "answer"
	errorKey   = "error"
	seqKey     = "seq"
	metaKey    = "meta"
	faultKey   = "fault"
)

// callable is a method as frames name it: one of the API, or the server's own.
type callable struct {
	key     string // of its definitions: key.params
	id      uint32
	names   []string
	summary string
	params  schema
	result  schema
	errors  []*errorView
	method  *ir.Method // nil: the server's own
	view    *method    // of method
}

// needsParams reports whether a request must have params.
func (c *callable) needsParams() bool { return len(c.params.Required) > 0 || len(c.params.AllOf) > 0 }

// callables are the methods of the API by service, and then the server's own.
func (x schemas) callables() []callable {
	s := x.s
	var all []callable
	for i, sv := range s.model.Services {
		for j, m := range sv.Methods {
			v := s.Services[i].Methods[j]
			all = append(all, callable{
				key: v.Anchor, id: m.ID, names: []string{m.Name}, summary: v.Summary, method: m, view: v,
				params: schemas{s, x.root, true}.params(m), result: schemas{s, x.root, false}.result(m),
				errors: slices.Concat(v.Errors, s.raisedOf(m), v.protocol),
			})
		}
	}
	for i, own := range ownMethods {
		about := ownSchemas[own.Name]
		c := callable{key: s.ownKeys[i], id: own.ID, names: about.names, summary: own.About, params: about.params, result: about.result}
		for i, e := range protocolErrors {
			if about.errors[e.Name] {
				c.errors = append(c.errors, s.Protocol[i])
			}
		}
		all = append(all, c)
	}
	return all
}

// raisedOf are the errors of the protocol that m's body is known to raise and that
// do not apply to every method like it.
func (s *site) raisedOf(m *ir.Method) []*errorView {
	var all []*errorView
	for i, e := range protocolErrors {
		raised := slices.ContainsFunc(m.Raises, func(r ir.Raise) bool { return r.Error == nil && r.Protocol == e.Name })
		if raised && (e.applies == nil || !e.applies(m)) {
			all = append(all, s.Protocol[i])
		}
	}
	return all
}

// ownSchemas describe the server's own methods, by name.
var ownSchemas = map[string]struct {
	names          []string
	params, result schema
	errors         map[string]bool
}{
	"Ping": {
		[]string{"Ping"},
		noParams,
		schema{Type: "object", Properties: object{{"time", schema{Type: "string", Format: "date-time"}}}, Required: []string{"time"}},
		ownErrors,
	},
	"Discover": {
		[]string{"Discover", "rpc.discover"},
		noParams,
		schema{Type: []string{"object", "null"}, Description: "The OpenRPC document, or null where the server has none."},
		ownErrors,
	},
	"Cancel": {
		[]string{"Cancel"},
		schema{Type: "object", Properties: object{{"seq", integer(0, maxExact-1)}}, Required: []string{"seq"}, AdditionalProperties: false},
		schema{Type: "object", Properties: object{{"cancelled", schema{Type: "boolean"}}}, Required: []string{"cancelled"}},
		ownErrors,
	},
}

var (
	noParams  = schema{Type: "object", AdditionalProperties: false}
	ownErrors = map[string]bool{"invalid_params": true, "internal": true, "rate_limited": true, "overloaded": true, "cancelled": true}
)

// frames are the definitions of a document: what is sent and answered.
func (x schemas) frames() object {
	all := object{
		{requestKey, x.request(schema{AnyOf: []schema{integer(0, 1<<32-1), anyText}}, schema{Type: "object"}, false)},
		{answerKey, x.answer()},
		{seqKey, integer(0, maxExact-1)},
		{metaKey, metaSchema},
		{errorKey, x.anyError()},
		{faultKey, faultSchema},
	}
	all = append(all, x.definitions()...)
	for _, list := range [][]*errorView{x.s.Errors, x.s.Protocol} {
		for _, e := range list {
			all = append(all, member{errorKey + "." + x.s.errorKeys[e], x.errorOf(e)})
		}
	}
	for _, c := range x.callables() {
		all = append(all, x.methodFrames(&c)...)
	}
	return all
}

// methodFrames are the definitions of one method.
func (x schemas) methodFrames(c *callable) object {
	method := schema{Const: c.id}
	params, result := c.params, c.result
	params.MethodID, result.MethodID = c.id, c.id
	named := schema{Enum: []any{c.id}}
	for _, n := range c.names {
		named.Enum = append(named.Enum, n)
	}
	request := x.request(named, x.ref(c.key+".params"), c.needsParams())
	request.Description = c.summary
	answer := schema{
		Type:       "object",
		Properties: object{{"seq", x.ref(seqKey)}, {"method", method}, {"result", x.ref(c.key + ".result")}, {"error", false}},
		Required:   []string{"method", "result"},
	}
	failure := schema{
		Type:       "object",
		Properties: object{{"seq", x.ref(seqKey)}, {"method", method}, {"error", x.ref(c.key + ".error")}, {"result", false}},
		Required:   []string{"method", "error"},
	}
	return object{
		{c.key + ".params", params},
		{c.key + ".result", result},
		{c.key + ".error", x.methodError(c)},
		{c.key + ".request", request},
		{c.key + ".answer", answer},
		{c.key + ".failure", failure},
	}
}

// request is the schema of a request frame.
func (x schemas) request(method, params schema, needsParams bool) schema {
	s := schema{
		Type:                 "object",
		Properties:           object{{"method", method}, {"seq", x.ref(seqKey)}, {"params", params}, {"meta", x.ref(metaKey)}},
		Required:             []string{"method"},
		AdditionalProperties: false,
	}
	if needsParams {
		s.Required = append(s.Required, "params")
	}
	return s
}

// answer is the schema of any answer frame. Clients ignore members that they do
// not know, so it has room for them.
func (x schemas) answer() schema {
	return schema{
		Type:       "object",
		Properties: object{{"seq", x.ref(seqKey)}, {"method", integer(0, 1<<32-1)}, {"error", x.ref(errorKey)}},
		OneOf: []schema{
			{Properties: object{{"error", false}}, Required: []string{"method", "result"}},
			{Properties: object{{"result", false}}, Required: []string{"error"}},
		},
	}
}

// metaSchema is that of a request's meta. Members that are not known are ignored.
var metaSchema = schema{
	Type: "object",
	Properties: object{
		{"timeout_ms", integer(1, 1<<31)},
		{"key", schema{Type: "string", Pattern: "^[ -~]{1,64}$"}},
		{"traceparent", schema{Type: "string", MaxLength: new(int64(256))}},
	},
}
