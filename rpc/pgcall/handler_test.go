package pgcall_test

import (
	"context"
	"net/netip"
	"testing"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

// callerParams are the parameters of caller, as the generator declares them.
type callerParams struct {
	UserID     int64
	Role       string
	IP         *string
	IPText, ID string
	Note       pgval.Opt[string]
}

func (v *callerParams) CodeJSON(c *pgval.Coder) {
	c.Field("user_id")
	c.Int8(&v.UserID)
	c.Field("role")
	c.Text(&v.Role)
	c.Field("ip")
	pgval.Nullable(c, &v.IP, (*pgval.Coder).Text)
	c.Field("ip_text")
	c.Text(&v.IPText)
	c.Field("id")
	c.Text(&v.ID)
	c.Field("note")
	pgval.Optional(c, &v.Note, (*pgval.Coder).Text)
}

// callerResult is the result of caller.
type callerResult struct {
	UserID int64
	Rest   [5]string
}

func (v *callerResult) CodeJSON(c *pgval.Coder) {
	c.Field("user_id")
	c.Int8(&v.UserID)
	for i, name := range []string{"role", "ip", "ip_text", "id", "note"} {
		c.Field(name)
		c.Text(&v.Rest[i])
	}
}

// inFront puts h in front of the only procedure.
func inFront(h rpc.HandlerFunc) func(*rpc.Registry) error {
	return func(r *rpc.Registry) error { return r.Handle(r.Methods()[0], h) }
}

func TestHandlerInFrontOfAProcedure(t *testing.T) {
	t.Parallel()
	p := caller()
	s := serve(t, options{configure: inFront(func(ctx context.Context, call *rpc.Call) error {
		var params callerParams
		if err := pgcall.ReadParams(call, &params); err != nil {
			return err
		}
		note, _ := params.Note.Value()
		params.Note = pgval.Some(note + "!")
		var result callerResult
		if err := pgcall.Do(ctx, pgcall.DBOf(call), p, &params, pgcall.Into(&result)); err != nil {
			return err
		}
		return pgcall.WriteResult(call, &result)
	})}, callerSQL, method(p))
	s.answers("caller", `{}`, "unauthenticated")
	s.peer.SetSession(session(5, "user"))
	want := `{"user_id":"5","role":"user","ip":"192.0.2.7","ip_text":"192.0.2.7","id":"peer-1","note":"hi!"}`
	s.answers("caller", `{"note":"hi"}`, want)
	s.answers("caller", ` { "note" : "hi" } `, want)
	s.answers("caller", `{"note":null,"z":1,"id":"x"}`, "invalid_params note:null z:unknown id:filled")
	s.answers("caller", `{"note":7}`, "invalid_params note:wrong_type")
	s.peer.Addr = netip.Addr{}
	s.answers("caller", `{}`, "internal") // ip_text is declared as never null, and is
}

func TestReadParamsOfTypesOfTheSchema(t *testing.T) {
	t.Parallel()
	p := function("moods", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&pgjson.Int4))
	s := serve(t, options{configure: inFront(func(_ context.Context, call *rpc.Call) error {
		var params moodsParams
		if err := pgcall.ReadParams(call, &params); err != nil {
			return err
		}
		n := int32(len(params.Moods))
		return pgcall.WriteValue(call, &n, (*pgval.Coder).Int4)
	})}, "", method(p)) // the database lacks the type, and nobody asks it
	s.answers("moods", `{"moods":["sad","glad"]}`, "2")
	s.answers("moods", `{"moods":["mad"]}`, "invalid_params moods[0]:invalid")
}

type loginResult struct {
	UserID int64
	Role   *string
}

func (v *loginResult) CodeJSON(c *pgval.Coder) {
	c.Field("user_id")
	c.Int8(&v.UserID)
	c.Field("role")
	pgval.Nullable(c, &v.Role, (*pgval.Coder).Text)
}

func TestHandlerOpensASession(t *testing.T) {
	t.Parallel()
	login := function("login", pgcall.ShapeOptional, params(in("n", &pgjson.Int4)), column("user_id", &pgjson.Int8), column("role", &pgjson.Text))
	login.Opens = []pgcall.SessionColumn{{Key: 0, Column: 0}, {Key: 1, Column: 1, Role: true}}
	m := method(login)
	m.Session = rpc.SessionOpen
	role := "admin"
	s := serve(t, options{configure: inFront(func(_ context.Context, call *rpc.Call) error {
		var params number
		if err := pgcall.ReadParams(call, &params); err != nil {
			return err
		}
		result := map[int32]*loginResult{5: {5, &role}, 6: {6, nil}}[params.N]
		return pgcall.WriteValue(call, &result, func(c *pgval.Coder, v **loginResult) { pgval.Nullable(c, v, pgval.Struct[loginResult]) })
	})}, callerSQL, m, method(caller()))
	s.answers("login", `{"n":6}`, "contract_violation")
	s.answers("login", `{"n":7}`, "null")
	s.answers("caller", `{}`, "unauthenticated")
	s.answers("login", `{"n":5}`, `{"user_id":"5","role":"admin"}`)
	if got := s.call("caller", `{}`); got.Err != nil || s.peer.Session().Role != "admin" {
		t.Errorf("answered %s with session %+v", got, s.peer.Session())
	}
}

func TestReadSession(t *testing.T) {
	t.Parallel()
	var (
		call = &rpc.Call{Peer: new(rpc.Peer)}
		id   int64
		role string
	)
	read := func() bool {
		return pgcall.ReadSession(call, 0, &pgjson.Int8, &id, (*pgval.Coder).Int8) &&
			pgcall.ReadSession(call, 1, &pgjson.Text, &role, (*pgval.Coder).Text)
	}
	if read() {
		t.Error("read a session that is not there")
	}
	call.Peer.SetSession(session(9, "user"))
	if !read() || id != 9 || role != "user" {
		t.Errorf("read %d and %s", id, role)
	}
	call.Peer.SetSession(&rpc.Session{Values: [][]byte{{1}}})
	if read() {
		t.Error("read a session of something else")
	}
}

func TestVoidHandler(t *testing.T) {
	t.Parallel()
	p := function("void", pgcall.ShapeVoid, params(in("n", &pgjson.Int4)))
	s := serve(t, options{configure: inFront(func(_ context.Context, call *rpc.Call) error { return pgcall.WriteVoid(call) })}, "", method(p))
	s.answers("void", `{"n":1}`, "null")
}

func TestMethodWithoutProcedure(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, "", rpc.Method{ID: 5000, Name: "go", Access: rpc.Access{Public: true}})
	s.answers("go", `{}`, "internal")
}
