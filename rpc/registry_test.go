package rpc_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/rpc"
)

func TestNewRegistryRefuses(t *testing.T) {
	t.Parallel()
	m := func(id uint32, name string) rpc.Method { return rpc.Method{ID: id, Name: name} }
	api := func(methods ...rpc.Method) *rpc.API { return &rpc.API{Name: "api", Methods: methods} }
	session := func(names ...string) *rpc.API {
		a := &rpc.API{Name: "other"}
		for _, name := range names {
			a.Session = append(a.Session, rpc.SessionKey{Name: name})
		}
		return a
	}
	tests := []struct {
		name string
		apis []*rpc.API
		want []string
	}{
		{"nothing", nil, nil},
		{"two IDs", []*rpc.API{api(m(1001, "A"), m(1001, "B"))}, []string{"ID 1001 belongs to A"}},
		{"two names", []*rpc.API{api(m(1001, "A")), api(m(1002, "A"))}, []string{"the name A belongs to method 1001"}},
		{"no ID", []*rpc.API{api(m(0, "A"))}, []string{"0 is no ID"}},
		{"all at once", []*rpc.API{api(m(0, "A"), m(5000, "B"), m(5000, "C"))}, []string{"0 is no ID", "belongs to B"}},
		{"retired", []*rpc.API{api(m(1001, "A")), {Retired: []rpc.Retired{{ID: 1001, Name: "Old"}}}}, []string{"1001 is retired (Old)"}},
		{"sessions", []*rpc.API{session("user_id"), session("role")}, []string{"API other: its session has other keys"}},
		{"same sessions", []*rpc.API{session("user_id"), session(), session("user_id")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := rpc.NewRegistry(tt.apis...)
			if (err == nil) != (tt.want == nil) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
		})
	}
}

func TestOwnMethodsCollide(t *testing.T) {
	t.Parallel()
	for _, m := range []rpc.Method{{ID: rpc.CancelID, Name: "Mine"}, {ID: 1001, Name: "Ping"}} {
		registry, err := rpc.NewRegistry(&rpc.API{Methods: []rpc.Method{m}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rpc.NewDispatcher(registry, &executor{}, rpc.DispatcherOptions{}); err == nil {
			t.Errorf("method %d %s does not collide", m.ID, m.Name)
		}
	}
}

// typed is a handler that knows its method, as generated ones do.
type typed struct {
	rpc.Handler
	method *rpc.Method
}

func (h typed) Method() *rpc.Method { return h.method }

func TestHandleRefuses(t *testing.T) {
	t.Parallel()
	api, other := newAPI(), newAPI()
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		t.Fatal(err)
	}
	public, session := method(api, publicID), method(api, sessionID)
	refuses := func(want string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	refuses("handler is for Session", registry.Handle(public, typed{reply("1"), session}))
	refuses("no such method", registry.Handle(method(other, publicID), reply("1")))
	refuses("no such method", registry.Handle(&rpc.Method{ID: 9999, Name: "None"}, reply("1")))
	if err := registry.Handle(public, typed{reply("1"), public}); err != nil {
		t.Errorf("the right handler: %v", err)
	}
	refuses("has a handler already", registry.Handle(public, reply("1")))
	if _, err := rpc.NewDispatcher(registry, &executor{}, rpc.DispatcherOptions{}); err != nil {
		t.Fatal(err)
	}
	refuses("serves already", registry.Handle(session, reply("1")))
	refuses("serves already", registry.Use(func(next rpc.Handler) rpc.Handler { return next }))
	_, err = rpc.NewDispatcher(registry, &executor{}, rpc.DispatcherOptions{})
	refuses("serves already", err)
}

func TestInterceptors(t *testing.T) {
	t.Parallel()
	trace := func(name string) rpc.Interceptor {
		return func(next rpc.Handler) rpc.Handler {
			return rpc.HandlerFunc(func(ctx context.Context, call *rpc.Call) error {
				call.Result = append(call.Result, '<')
				call.Result = append(call.Result, name...)
				err := next.Serve(ctx, call)
				call.Result = append(call.Result, '>')
				return err
			})
		}
	}
	f := newFixture(t, &executor{}, func(api *rpc.API, r *rpc.Registry) error {
		if err := r.Handle(method(api, openID), reply("handler")); err != nil {
			return err
		}
		if err := r.Use(trace("a"), trace("b")); err != nil {
			return err
		}
		return r.Use(trace("c"))
	})
	for id, want := range map[uint32]string{
		publicID:       `<a<b<c"procedure">>>`,
		openID:         `<a<b<chandler>>>`,
		rpc.DiscoverID: `<a<b<c{"openrpc":"1.3.2"}>>>`,
		sessionID:      "unauthenticated",
	} {
		if got := f.call(t, id, "{}").name(); got != want {
			t.Errorf("method %d: %s, want %s", id, got, want)
		}
	}
}

func TestInterceptorAnswersItself(t *testing.T) {
	t.Parallel()
	limited := rpc.NewError(rpc.CodeRateLimited, "slow down").WithData(map[string]int{"retry_after_ms": 5})
	f := newFixture(t, &executor{}, func(_ *rpc.API, r *rpc.Registry) error {
		return r.Use(func(rpc.Handler) rpc.Handler { return fail(limited) })
	})
	if got := f.call(t, publicID, "{}").Err; got == nil || got.Code != rpc.CodeRateLimited || got.Data == nil {
		t.Errorf("answered %v", got)
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{}, nil)
	tests := []struct {
		name    string
		call    rpc.Call
		retired bool
		message string
	}{
		{"ID", rpc.Call{ID: 4711}, false, "4711"},
		{"name", rpc.Call{Name: "Nope"}, false, `"Nope"`},
		{"name in another case", rpc.Call{Name: "public"}, false, `"public"`},
		{"retired ID", rpc.Call{ID: 1500}, true, "1500 (Old)"},
		{"retired name", rpc.Call{Name: "Old"}, true, "1500 (Old)"},
		{"long name", rpc.Call{Name: strings.Repeat("é", 5000)}, false, "é…"},
	}
	for i := range tests {
		tt := &tests[i]
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := f.dispatch(t.Context(), &tt.call).Err
			if got == nil || got.Code != rpc.CodeMethodNotFound || !strings.Contains(got.Message, tt.message) {
				t.Fatalf("answered %v, want %q", got, tt.message)
			}
			var data struct{ Retired bool }
			if got.Data != nil {
				if err := json.Unmarshal(got.Data, &data); err != nil {
					t.Fatal(err)
				}
			}
			if data.Retired != tt.retired || len(got.Message) > 200 {
				t.Errorf("data %s, message %q", got.Data, got.Message)
			}
		})
	}
}

// TestFind holds the dense and the sparse index to the same law.
func TestFind(t *testing.T) {
	t.Parallel()
	spread := rapid.SampledFrom([]uint32{5, 300, 100_000, 1 << 31, 1<<32 - 1})
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.Uint32Range(1000, max(1040, spread.Draw(t, "last"))), 1, 20, rapid.ID).Draw(t, "ids")
		api := &rpc.API{}
		for _, id := range ids {
			api.Methods = append(api.Methods, rpc.Method{ID: id, Name: "M" + string(rune(0x4e00+len(api.Methods))), Access: rpc.Access{Public: true}})
		}
		registry, err := rpc.NewRegistry(api)
		if err != nil {
			t.Fatal(err)
		}
		if len(registry.Methods()) != len(ids) || !slices.IsSortedFunc(registry.Methods(), func(a, b *rpc.Method) int { return int(int64(a.ID) - int64(b.ID)) }) {
			t.Fatalf("methods %v", registry.Methods())
		}
		d, err := rpc.NewDispatcher(registry, &executor{run: func(_ context.Context, call *rpc.Call) error {
			call.Result = append(call.Result, call.Method.Name...)
			return nil
		}}, rpc.DispatcherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		f := &fixture{Dispatcher: d, peer: &rpc.Peer{}}
		for i := range api.Methods {
			m := &api.Methods[i]
			for _, call := range []*rpc.Call{{ID: m.ID}, {Name: m.Name}} {
				if got := f.dispatch(context.Background(), call).name(); got != m.Name {
					t.Fatalf("method %d: answered %s, want %s", m.ID, got, m.Name)
				}
			}
			if id := m.ID + 1; !slices.Contains(ids, id) {
				if got := f.dispatch(context.Background(), &rpc.Call{ID: id}).name(); got != "method_not_found" {
					t.Fatalf("method %d: answered %s", id, got)
				}
			}
		}
	})
}
