package docs

import (
	"fmt"

	"github.com/spgen/spgen/internal/ir"
)

// asyncAPIVersion is the version of the specification that asyncapi.json follows.
const asyncAPIVersion = "3.1.0"

type asyncAPI struct {
	GeneratedBy string          `json:"x-generated-by"`
	Version     string          `json:"asyncapi"`
	Info        asyncInfo       `json:"info"`
	ContentType string          `json:"defaultContentType"`
	Servers     object          `json:"servers"`
	Channels    object          `json:"channels"`
	Operations  object          `json:"operations"`
	Components  asyncComponents `json:"components"`
}

type asyncInfo struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

type asyncServer struct {
	Host        string `json:"host"`
	Protocol    string `json:"protocol"`
	Description string `json:"description"`
	Subprotocol string `json:"x-subprotocol"`
}

// channel is the connection.
type channel struct {
	Address     string      `json:"address"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Messages    object      `json:"messages"`
	Bindings    object      `json:"bindings"`
	CloseCodes  []closeCode `json:"x-close-codes"`
}

type closeCode struct {
	Code    int    `json:"code"`
	When    string `json:"when"`
	Clients string `json:"clients,omitempty"` // what they should do
}

type operation struct {
	Action      string      `json:"action"`
	Channel     reference   `json:"channel"`
	Title       string      `json:"title"`
	Summary     string      `json:"summary,omitempty"`
	Description string      `json:"description,omitempty"`
	MethodID    uint32      `json:"x-method-id"`
	Deprecated  string      `json:"x-deprecated,omitempty"`
	Since       string      `json:"x-since,omitempty"`
	Access      any         `json:"x-access"`
	Session     string      `json:"x-session,omitempty"`
	ReadOnly    bool        `json:"x-read-only"`
	Reads       []string    `json:"x-reads,omitempty"`
	Writes      []string    `json:"x-writes,omitempty"`
	Security    []reference `json:"security,omitempty"`
	Tags        []tag       `json:"tags,omitempty"`
	Messages    []reference `json:"messages"`
	Reply       asyncReply  `json:"reply"`
}

type asyncReply struct {
	Channel  reference   `json:"channel"`
	Messages []reference `json:"messages"`
}

type reference struct {
	Ref string `json:"$ref"`
}

type message struct {
	Name          string         `json:"name"`
	Title         string         `json:"title"`
	Summary       string         `json:"summary,omitempty"`
	CorrelationID reference      `json:"correlationId"`
	Payload       schema         `json:"payload"`
	Examples      []asyncExample `json:"examples,omitempty"`
}

type asyncComponents struct {
	Messages        object `json:"messages"`
	Schemas         object `json:"schemas"`
	CorrelationIDs  object `json:"correlationIds"`
	SecuritySchemes object `json:"securitySchemes,omitempty"`
}

// The channel, and where documents refer to.
const (
	connectionName = "connection"
	connectionRef  = "#/channels/" + connectionName
	seqRef         = "#/components/correlationIds/seq"
)

// renderAsyncAPI makes asyncapi.json.
func renderAsyncAPI(s *site) ([]byte, error) {
	x := s.components(false)
	d := asyncAPI{
		GeneratedBy: Header,
		Version:     asyncAPIVersion,
		Info: asyncInfo{
			Title: s.Title, Version: "1",
			Description: "One WebSocket; each text frame is one JSON object. The actions are the server's: it receives requests and sends " +
				"answers, and nothing that was not asked for.",
		},
		ContentType: "application/json",
		Servers: object{{"local", asyncServer{
			Host: "localhost:8080", Protocol: "ws", Subprotocol: "spgen.v1.json",
			Description: "The path is part of the API, host and port are an example. Over networks it is wss.",
		}}},
		Channels:   object{},
		Operations: object{},
		Components: asyncComponents{
			Messages: object{}, Schemas: x.frames(),
			CorrelationIDs: object{{"seq", object{
				{"location", "$message.payload#/seq"},
				{"description", "A request may have a seq, which its answer repeats. Requests without one are answered in their order."},
			}}},
		},
	}
	if s.model.Authorize != 0 {
		d.Components.SecuritySchemes = tokenSchemes
	}
	c := s.connection()
	for _, one := range x.callables() {
		s.addOperation(&d, &c, &one)
	}
	// What cannot be read has no method.
	addMessage(&d, &c, errorKey, message{Name: "error", Title: "An answer to what names no method", CorrelationID: reference{seqRef}, Payload: x.ref(answerKey)})
	d.Channels = object{{connectionName, c}}
	b, err := indented(d)
	return append(b, '\n'), err
}

func (s *site) connection() channel {
	headers := schema{Type: "object", Properties: object{
		{"Sec-WebSocket-Protocol", schema{Type: "string", Description: "spgen.v1.json. A client should offer it."}},
	}}
	if s.model.Authorize != 0 {
		headers.Properties = append(headers.Properties, member{
			"Authorization", schema{Type: "string", Description: "Bearer and a token, for a session from the start.", Pattern: "^Bearer [!-~]+$"},
		})
	}
	return channel{
		Address: "/ws", Title: "The connection",
		Description: "A connection has one session or none. A method that opens or closes one is a barrier: later requests begin when it is answered.",
		Messages:    object{},
		Bindings:    object{{"ws", object{{"method", "GET"}, {"headers", headers}, {"bindingVersion", "0.1.0"}}}},
		CloseCodes:  closeCodes,
	}
}

func addMessage(d *asyncAPI, c *channel, key string, m message) {
	d.Components.Messages = append(d.Components.Messages, member{key, m})
	c.Messages = append(c.Messages, member{key, reference{"#/components/messages/" + pointer(key)}})
}

// addOperation adds a method: its messages, and that the server receives one and
// replies with one of the others.
func (s *site) addOperation(d *asyncAPI, c *channel, one *callable) {
	x := s.components(false)
	examples := framesOf(one.method)
	for _, kind := range []struct{ suffix, title string }{{".request", " request"}, {".answer", " answer"}, {".failure", " error"}} {
		addMessage(d, c, one.key+kind.suffix, message{
			Name: one.key + kind.suffix, Title: one.names[0] + kind.title, CorrelationID: reference{seqRef},
			Payload: x.ref(one.key + kind.suffix), Examples: examples[kind.suffix],
		})
	}
	at := func(suffix string) reference {
		return reference{connectionRef + "/messages/" + pointer(one.key+suffix)}
	}
	op := operation{
		Action: "receive", Channel: reference{connectionRef}, Title: one.names[0], Summary: one.summary,
		MethodID: one.id, Access: "public", ReadOnly: true,
		Messages: []reference{at(".request")},
		Reply:    asyncReply{Channel: reference{connectionRef}, Messages: []reference{at(".answer"), at(".failure")}},
	}
	if m := one.method; m != nil {
		op.Description, op.Deprecated, op.Since = one.view.Doc.Markdown, m.Deprecated, m.Since
		op.Access, op.Session, op.ReadOnly = rpcAccess(m.Access), m.Session, m.ReadOnly
		op.Reads, op.Writes, op.Tags = qualified(m.Reads), qualified(m.Writes), []tag{{m.Service}}
		if !m.Access.Public && s.model.Authorize != 0 {
			op.Security = []reference{{"#/components/securitySchemes/bearer"}, {"#/components/securitySchemes/subprotocol"}}
		}
	}
	d.Operations = append(d.Operations, member{one.key, op})
}

// asyncExample is a Message Example Object: a frame of a call that was run.
type asyncExample struct {
	Name    string `json:"name"`
	Summary string `json:"summary,omitempty"`
	Payload any    `json:"payload"`
}

// framesOf are the frames of m's transcripts, by the suffix of their message.
func framesOf(m *ir.Method) map[string][]asyncExample {
	all := map[string][]asyncExample{}
	if m == nil {
		return all
	}
	examples, failures := transcripts(m)
	for i, t := range append(examples, failures...) {
		suffix := ".answer"
		if i >= len(examples) {
			suffix = ".failure"
		}
		name := fmt.Sprintf("example %d", i+1)
		all[".request"] = append(all[".request"], asyncExample{name, t.title, t.request})
		all[suffix] = append(all[suffix], asyncExample{name, t.title, t.answer})
	}
	return all
}

// tokenSchemes are how a client sends a token with the handshake.
var tokenSchemes = object{
	{"bearer", object{
		{"type", "http"},
		{"scheme", "bearer"},
		{"description", "A session from the start: the token goes with the handshake. A method that opens a session does as well."},
	}},
	{"subprotocol", object{
		{"type", "httpApiKey"},
		{"name", "Sec-WebSocket-Protocol"},
		{"in", "header"},
		{"description", "The same from a page in a browser: spgen.token. and the token in base64url, offered beside spgen.v1.json."},
	}},
}
