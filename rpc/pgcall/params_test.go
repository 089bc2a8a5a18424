package pgcall_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// optionals binds a function of n optional parameters that tells what it got.
func optionals(n int) (sql string, p *pgcall.Procedure) {
	var args, parts []string
	var ps []pgcall.Param
	for i := range n {
		args = append(args, fmt.Sprintf("a_p%d text default 'd'", i))
		parts = append(parts, fmt.Sprintf("coalesce(a_p%d, 'n')", i))
		ps = append(ps, opt(fmt.Sprint("p", i), &pgjson.Text))
	}
	sql = fmt.Sprintf("create function api.told(%s) returns text language sql as $$ select %s $$",
		strings.Join(args, ", "), strings.Join(parts, "||"))
	return sql, function("told", pgcall.ShapeScalar, ps, scalar(&pgjson.Text))
}

// told is what the function tells of the given choices, and the parameters that
// make them: d is absent, n null, v a value.
func told(choices string) (params, want string) {
	var members []string
	for i, c := range choices {
		switch c {
		case 'n':
			members = append(members, fmt.Sprintf(`"p%d":null`, i))
		case 'v':
			members = append(members, fmt.Sprintf(`"p%d":"v"`, i))
		}
	}
	return "{" + strings.Join(members, ",") + "}", `"` + choices + `"`
}

func TestEverySubsetOfOptionalParameters(t *testing.T) {
	t.Parallel()
	const n = 7 // 128 subsets: more than are kept as prepared statements
	sql, p := optionals(n)
	s := serve(t, options{}, sql, method(p))
	for set := range 1 << n {
		choices := []byte(strings.Repeat("d", n))
		for i := range n {
			if set>>i&1 == 1 {
				choices[i] = "nv"[(set+i)%2]
			}
		}
		params, want := told(string(choices))
		s.answers("told", params, want)
	}
}

func TestAbsentIsNotNull(t *testing.T) {
	t.Parallel()
	const n = 70 // more than a word has bits
	sql, p := optionals(n)
	s := serve(t, options{}, sql, method(p))
	rapid.Check(t, func(t *rapid.T) {
		choices := rapid.StringOfN(rapid.SampledFrom([]rune("dnv")), n, n, n).Draw(t, "choices")
		params, want := told(choices)
		if got := s.call("told", params).String(); got != want {
			t.Fatalf("%s: %s, want %s", params, got, want)
		}
	})
}

func TestVariadic(t *testing.T) {
	t.Parallel()
	xs := opt("xs", &int4Array)
	xs.Arg, xs.Optional = `variadic "a_xs" => `, false
	p := function("sum", pgcall.ShapeScalar, params(in("n", &pgjson.Int4), xs), scalar(&pgjson.Int8))
	s := serve(t, options{}, `create function api.sum(a_n int, variadic a_xs int[]) returns bigint language sql as
		$$ select $1 + coalesce(sum(x), 0) from unnest($2) x $$`, method(p))
	s.answers("sum", `{"n":1,"xs":[2,3]}`, `"6"`)
	s.answers("sum", `{"n":1,"xs":[]}`, `"1"`)
	s.answers("sum", `{"n":1,"xs":null}`, `"1"`)
	s.answers("sum", `{"n":1}`, `invalid_params xs:missing`)
}

// TestVariadicDefaults leaves out what PostgreSQL would refuse to fill in beside
// other arguments by name.
func TestVariadicDefaults(t *testing.T) {
	t.Parallel()
	n, xs := opt("n", &pgjson.Int4), opt("xs", &int4Array)
	n.Default = "5"
	xs.Arg, xs.Default = `variadic "a_xs" => `, "array[7, 8]"
	p := function("sum", pgcall.ShapeScalar, params(n, xs), scalar(&pgjson.Int8))
	s := serve(t, options{}, `create function api.sum(a_n int default 5, variadic a_xs int[] default '{7,8}') returns bigint language sql as
		$$ select $1 + coalesce(sum(x), 0) from unnest($2) x $$`, method(p))
	s.answers("sum", `{}`, `"20"`)
	s.answers("sum", `{"n":1}`, `"16"`)
	s.answers("sum", `{"n":null}`, `null`)
	s.answers("sum", `{"xs":[2]}`, `"7"`)
	s.answers("sum", `{"xs":null}`, `"5"`)
	s.answers("sum", `{"xs":[],"n":1}`, `"1"`)
}

// callerSQL tells who calls.
const callerSQL = `
create function api.caller(a_user_id bigint, a_role text, a_ip inet, a_ip_text text, a_id text, a_note text default 'none',
	out user_id bigint, out role text, out ip text, out ip_text text, out id text, out note text)
	language sql as $$ select $1, $2, host($3), $4, $5, $6 $$;`

var inet = pgjson.Type{Kind: pgjson.KindLiteral, Name: "inet", OID: 869}

func caller() *pgcall.Procedure {
	note := opt("note", &pgjson.Text)
	note.NotNull = true
	return function("caller", pgcall.ShapeObject, params(
		filled(in("user_id", &pgjson.Int8), pgcall.FillSession, 0), filled(in("role", &pgjson.Text), pgcall.FillSession, 1),
		filled(in("ip", &inet), pgcall.FillClientIP, 0), filled(in("ip_text", &pgjson.Text), pgcall.FillClientIP, 0),
		filled(in("id", &pgjson.Text), pgcall.FillClientID, 0), note,
	), column("user_id", &pgjson.Int8), column("role", &pgjson.Text), column("ip", &pgjson.Text), column("ip_text", &pgjson.Text),
		column("id", &pgjson.Text), column("note", &pgjson.Text))
}

func session(userID byte, role string) *rpc.Session {
	return &rpc.Session{Values: [][]byte{{0, 0, 0, 0, 0, 0, 0, userID}, []byte(role)}, Role: role}
}

func TestFill(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, callerSQL, method(caller()))
	s.answers("caller", `{}`, "unauthenticated")
	s.peer.SetSession(session(5, "user"))
	s.answers("caller", `{"note":"hi"}`,
		`{"user_id":"5","role":"user","ip":"192.0.2.7","ip_text":"192.0.2.7","id":"peer-1","note":"hi"}`)

	s.peer.SetSession(&rpc.Session{Values: [][]byte{nil, {}}})
	s.peer.ID, s.peer.Addr = "", netip.Addr{}
	s.answers("caller", `{}`, `{"user_id":null,"role":"","ip":null,"ip_text":null,"id":"","note":"none"}`)

	s.peer.Addr = netip.MustParseAddr("::ffff:192.0.2.8")
	if got := s.call("caller", `{}`).Result; !strings.Contains(got, `"ip":"192.0.2.8","ip_text":"192.0.2.8"`) {
		t.Errorf("an IPv4 address in IPv6: %s", got)
	}
	s.peer.Addr = netip.MustParseAddr("fe80::1%eth0")
	if got := s.call("caller", `{}`).Result; !strings.Contains(got, `"ip":"fe80::1","ip_text":"fe80::1"`) {
		t.Errorf("an address with a zone: %s", got)
	}
}

func TestFillWithAnEmptyText(t *testing.T) {
	t.Parallel()
	p := function("length", pgcall.ShapeScalar, params(filled(in("s", &pgjson.Text), pgcall.FillSession, 1)), scalar(&pgjson.Int4))
	s := serve(t, options{}, `create function api.length(a_s text) returns int language sql as $$ select length($1) $$`, method(p))
	s.peer.SetSession(session(1, ""))
	s.answers("length", `{}`, "0")
}

func TestFillThatCannotBe(t *testing.T) {
	t.Parallel()
	ip := filled(in("ip", &inet), pgcall.FillClientIP, 0)
	ip.NotNull = true
	strict := function("strict", pgcall.ShapeScalar, params(ip), scalar(&pgjson.Int4))
	s := serve(t, options{}, callerSQL+`create function api.strict(a_ip inet) returns int strict language sql as $$ select 1 $$`,
		method(caller()), method(strict))
	s.peer.Addr = netip.Addr{}
	s.answers("strict", `{}`, "internal")
	s.peer.SetSession(&rpc.Session{Values: [][]byte{{0, 0, 0, 0, 0, 0, 0, 1}}})
	s.answers("caller", `{}`, "internal")
}

func TestFaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	n := in("n", &pgjson.Int4)
	n.NotNull = true
	all := function("all", pgcall.ShapeVoid, params(n, in("s", &pgjson.Text), in("mood", &mood), opt("xs", &int4Array)))
	s := serve(t, options{}, callerSQL+ownTypes+`create function api.all(a_n int, a_s text, a_mood app.mood, a_xs int[] default '{}')
		returns void language sql as ''`, method(all), method(caller()))
	tests := []struct{ name, params, want string }{
		{"all", `{}`, "invalid_params n:missing s:missing mood:missing"},
		{"all", `{"n":null,"s":null,"mood":null,"xs":null}`, "invalid_params n:null"},
		{
			"all", `{"n":"x","s":1,"mood":"mad","xs":[1,"y",3000000000],"z":1}`,
			"invalid_params n:wrong_type s:wrong_type mood:invalid xs[1]:wrong_type xs[2]:out_of_range z:unknown",
		},
		{"all", `{"N":1}`, "invalid_params N:unknown n:missing s:missing mood:missing"},
		{"all", `{"a_n":1,"s":"","mood":"sad"}`, "invalid_params a_n:unknown n:missing"},
		{"all", `{"n":1,"s":"x","mood":"sad","":1}`, "invalid_params :unknown"},
		{"all", `{"n":1,"s":"x","mood":"sad","` + strings.Repeat("é", 50) + `":1}`, "invalid_params " + strings.Repeat("é", 32) + "…:unknown"},
		{"caller", `{"user_id":6,"note":null,"ip":"::1","id":null}`, "invalid_params note:null user_id:filled ip:filled id:filled"},
	}
	s.peer.SetSession(session(1, ""))
	for _, tt := range tests {
		s.answers(tt.name, tt.params, tt.want)
	}
	got := <-s.begin(t.Context(), &rpc.Call{Name: "all", Params: []byte(`{"n":1,"n":"x","s":"x"}`), Faults: []rpc.Fault{{Param: "n", Reason: rpc.ReasonDuplicate}}})
	if want := "invalid_params n:duplicate n:wrong_type mood:missing"; got.String() != want {
		t.Errorf("with the parser's faults: %s, want %s", got, want)
	}
}

func TestFormerNames(t *testing.T) {
	t.Parallel()
	p := caller()
	note := &p.Params[len(p.Params)-1]
	note.Aliases = []string{"remark", "memo"}
	inGo := inFront(func(ctx context.Context, call *rpc.Call) error {
		var params callerParams
		if err := pgcall.ReadParams(call, &params); err != nil {
			return err
		}
		var result callerResult
		if err := pgcall.Do(ctx, pgcall.DBOf(call), p, &params, pgcall.Into(&result)); err != nil {
			return err
		}
		return pgcall.WriteResult(call, &result)
	})
	for name, configure := range map[string]func(*rpc.Registry) error{"procedure": nil, "handler": inGo} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, options{configure: configure}, callerSQL, method(p))
			s.peer.SetSession(session(5, "user"))
			const want = `{"user_id":"5","role":"user","ip":"192.0.2.7","ip_text":"192.0.2.7","id":"peer-1","note":"hi"}`
			s.answers("caller", `{"note":"hi"}`, want)
			s.answers("caller", `{"remark":"hi"}`, want)
			s.answers("caller", `{"memo":"hi"}`, want)
			s.answers("caller", `{"memo":7}`, "invalid_params memo:wrong_type")
			s.answers("caller", `{"note":"a","memo":"b"}`, "invalid_params memo:duplicate")
			s.answers("caller", `{"memo":"a","remark":"b"}`, "invalid_params remark:duplicate")
		})
	}
}
