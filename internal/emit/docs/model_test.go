package docs_test

import (
	"time"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

var (
	boolean   = &ir.Type{Kind: ir.Bool, Name: "boolean", Builtin: "Bool"}
	integer   = &ir.Type{Kind: ir.Int4, Name: "integer", Builtin: "Int4"}
	bigint    = &ir.Type{Kind: ir.Int8, Name: "bigint", Builtin: "Int8"}
	text      = &ir.Type{Kind: ir.Text, Name: "text", Builtin: "Text"}
	jsonb     = &ir.Type{Kind: ir.JSONB, Name: "jsonb", Builtin: "JSONB"}
	timestamp = &ir.Type{Kind: ir.TimestampTZ, Name: "timestamp with time zone", Builtin: "TimestampTZ"}
	inet      = &ir.Type{Kind: ir.Literal, Name: "inet"}

	mood = &ir.Type{
		Kind: ir.Enum, Name: "app.mood", GoName: "Mood", Comment: "How a message feels.",
		Labels: []ir.Label{{Value: "happy", GoName: "MoodHappy"}, {Value: "so-so", GoName: "MoodSoSo"}, {Value: "sad", GoName: "MoodSad"}},
	}
	username = &ir.Type{
		Kind: ir.Domain, Name: "app.username", GoName: "Username", Elem: text, NotNull: true, Comment: "The name that others see.",
		Checks: []string{"CHECK (((char_length(VALUE) >= 3) AND (char_length(VALUE) <= 32)))", "CHECK ((VALUE ~ '^[a-z0-9_]+$'::text))"},
	}
	pageSize = &ir.Type{
		Kind: ir.Domain, Name: "app.page_size", GoName: "PageSize", Elem: integer,
		Checks: []string{"CHECK (((VALUE >= 1) AND (VALUE <= 100)))"},
	}
	reaction = &ir.Type{
		Kind: ir.Composite, Name: "app.reaction", GoName: "Reaction", Comment: "What one user thinks of a message.",
		Fields: []*ir.Column{
			{Name: "user_id", GoName: "UserID", Type: bigint, NotNull: true},
			{Name: "mood", GoName: "Mood", Type: mood, NotNull: true},
			{Name: "note", GoName: "Note", Type: text, Doc: "Free text, rarely set."},
		},
	}
	reactions = &ir.Type{Kind: ir.ArrayOf, Name: "app.reaction[]", Elem: reaction}
	texts     = &ir.Type{Kind: ir.ArrayOf, Name: "text[]", Elem: text}
)

// messenger is a small API with one of everything that documentation shows.
func messenger() *ir.Model {
	m := &ir.Model{
		Schema:     "api",
		ServerRole: "server",
		Types:      []*ir.Type{mood, pageSize, reaction, username},
		Session:    []ir.SessionKey{{Name: "user_id", GoName: "UserID", Type: bigint}, {Name: "role", GoName: "Role", Type: text, Role: true}},
		Settings:   []ir.Setting{{Name: "app.user_id", Source: "session.user_id", Type: bigint}, {Name: "app.ip", Source: "client.ip", Type: text}},
		Errors: []ir.Error{
			{Code: 11000, Name: "username_taken", Message: "That name is taken.", Constraint: "users_username_key", Field: "username"},
			{Code: 11001, Name: "not_a_member", Message: "You are not in this chat.", SQLState: "SP001"},
		},
		Retired: []ir.Retired{{ID: 10009, Name: "OldLogin", Function: "api.fun_old_login(text)"}},
	}
	m.Services = []ir.Service{
		{Name: "auth", First: 10000, Last: 19999, Doc: "Who is there.", Methods: []*ir.Method{signUp(m), logout()}},
		{Name: "chat", First: 20000, Last: 29999, Methods: []*ir.Method{listMessages(m), sendMessage(m), lastSeen(), purge()}},
		{Name: "admin", First: 30000, Last: 39999, Doc: "Nothing here *yet*."},
	}
	for _, s := range m.Services {
		for _, method := range s.Methods {
			method.Service = s.Name
		}
		m.Methods = append(m.Methods, s.Methods...)
	}
	return m
}

func signUp(m *ir.Model) *ir.Method {
	return &ir.Method{
		ID: 10000, Name: "SignUp", Identity: "api.fun_sign_up(app.username,text,text,inet)",
		Doc: ir.Doc{
			Summary: "Creates an account and logs it in.",
			Text: "Creates an account and logs it in.\n\nThe password is hashed with `crypt`. Afterwards [send a message](#SendMessage), " +
				"or read about [passwords](https://example.com/passwords?a=1&b=2).\n\n- names are lower-case\n- e-mail is optional\n",
		},
		Access: ir.Access{Public: true}, Session: "open", Volatility: 'v', Definer: true, TimeoutMS: 1500, Lane: "slow", Rate: manifest.Rate{Calls: 5, Per: time.Minute}, Since: "1.0",
		Params: []*ir.Param{
			{Name: "username", Type: username, NotNull: true, Doc: "Unique, compared without case."},
			{Name: "password", Type: text, NotNull: true},
			{Name: "email", Type: text, Optional: true, Default: "NULL::text", Aliases: []string{"mail", "e_mail"}},
			{Name: "address", Type: inet, Fill: "client.ip"},
		},
		Columns: []*ir.Column{
			{Name: "user_id", Type: bigint, NotNull: true},
			{Name: "role", Type: text, NotNull: true},
			{Name: "token", Type: text, NotNull: true, Doc: "Give it to Authorize on the next connection."},
		},
		Shape: ir.Object, Opens: []ir.SessionColumn{{Key: 0, Column: 0}, {Key: 1, Column: 1}}, Errors: []*ir.Error{&m.Errors[0]},
	}
}

func logout() *ir.Method {
	return &ir.Method{
		ID: 10003, Name: "Logout", Identity: "api.fun_logout(bigint)", Doc: ir.Doc{Summary: "Ends the session.", Text: "Ends the session."},
		Session: "close", Volatility: 'v', Params: []*ir.Param{{Name: "user_id", Type: bigint, Fill: "session.user_id"}}, Shape: ir.Void,
	}
}

func listMessages(m *ir.Model) *ir.Method {
	return &ir.Method{
		ID: 20002, Name: "ListMessages", Identity: "api.fun_list_messages(bigint,bigint,timestamp with time zone,app.page_size,app.mood)",
		Doc:    ir.Doc{Summary: "Returns the messages of a chat, newest first.", Text: "Returns the messages of a chat, newest first."},
		Access: ir.Access{Roles: []string{"user", "admin"}}, ReadOnly: true, Volatility: 's',
		Params: []*ir.Param{
			{Name: "user_id", Type: bigint, Fill: "session.user_id"},
			{Name: "chat_id", Type: bigint, NotNull: true},
			{Name: "before", Type: timestamp, Optional: true, Default: "NULL::timestamp with time zone", Doc: "Only messages older than this."},
			{Name: "limit", Type: pageSize, Optional: true, Default: "50"},
			{Name: "mood", Type: mood, Optional: true, Default: "NULL::app.mood"},
		},
		Columns: []*ir.Column{
			{Name: "message_id", Type: bigint, NotNull: true},
			{Name: "sender", Type: username, NotNull: true},
			{Name: "body", Type: text, NotNull: true},
			{Name: "sent_at", Type: timestamp, NotNull: true},
			{Name: "mood", Type: mood},
			{Name: "reactions", Type: reactions, NotNull: true},
		},
		Shape: ir.Array, Errors: []*ir.Error{&m.Errors[1]},
	}
}

func sendMessage(m *ir.Model) *ir.Method {
	return &ir.Method{
		ID: 20003, Name: "SendMessage", Identity: "api.fun_send_message(bigint,bigint,text,text[],jsonb,app.reaction)",
		Doc:    ir.Doc{Summary: "Sends a message to a chat.", Text: "Sends a message to a chat."},
		Access: ir.Access{Roles: []string{"user"}}, Volatility: 'v',
		Params: []*ir.Param{
			{Name: "user_id", Type: bigint, Fill: "session.user_id"},
			{Name: "chat_id", Type: bigint, NotNull: true},
			{Name: "body", Type: text, NotNull: true},
			{Name: "tags", Type: texts},
			{Name: "extra", Type: jsonb},
			{Name: "reaction", Type: reaction},
		},
		Columns: []*ir.Column{{Name: "message_id", Type: bigint, NotNull: true}},
		Shape:   ir.Scalar, Errors: []*ir.Error{&m.Errors[1]},
	}
}

func lastSeen() *ir.Method {
	return &ir.Method{
		ID: 20004, Name: "LastSeen", Identity: "api.fun_last_seen(app.username)", Strict: true, ReadOnly: true, Volatility: 's',
		Params:  []*ir.Param{{Name: "name", Type: username, NotNull: true}},
		Columns: []*ir.Column{{Name: "last_seen", Type: timestamp}}, Shape: ir.OptScalar,
	}
}

func purge() *ir.Method {
	return &ir.Method{
		ID: 20005, Name: "Purge", Identity: "api.fun_purge(integer,boolean)", Deprecated: "Use SendMessage | nothing.", Volatility: 'v',
		Doc:     ir.Doc{Summary: "Removes old messages.", Text: "Removes old messages."},
		Params:  []*ir.Param{{Name: "days", Type: integer}, {Name: "dry_run", Type: boolean, Optional: true}},
		Columns: []*ir.Column{{Name: "purged", Type: texts}}, Shape: ir.Scalars,
	}
}
