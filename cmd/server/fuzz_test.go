package main

import (
	"errors"
	"reflect"
	"testing"

	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgval"
	"github.com/spgen/spgen/rpc/wire"
)

// FuzzGeneratedParams: what the generated binding of a method reads, it writes
// as JSON that it reads as the same; everything else it refuses.
func FuzzGeneratedParams(f *testing.F) {
	for _, params := range []string{
		`{"username":"krumplee","password":"mypass"}`, `{"username":"a","password":"b","email":null}`, `{"username":"a","password":"b","email":"e"}`,
		`{"token":"x"}`, `{"token":7}`, `{}`, `{"username":null}`, `{"user\u006eame":"\ud83d\ude00","password":""}`, `{"username":"\u0000","username":1}`,
	} {
		f.Add([]byte(`{"method":1,"params":` + params + `}`))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		var req wire.Request
		if wire.Parse(frame, &req) != nil {
			return
		}
		readBack(t, api.SignUpMethod, &req, &api.SignUpParams{}, &api.SignUpParams{})
		readBack(t, api.LoginMethod, &req, &api.LoginParams{}, &api.LoginParams{})
		readBack(t, api.AuthorizeMethod, &req, &api.AuthorizeParams{}, &api.AuthorizeParams{})
	})
}

func readBack(t *testing.T, method *rpc.Method, req *wire.Request, first, second pgval.Object) {
	t.Helper()
	err := pgcall.ReadParams(&rpc.Call{Method: method, Params: req.Params, Faults: req.Faults}, first)
	var refused *rpc.Error
	if errors.As(err, &refused) && refused.Code == rpc.CodeInvalidParams {
		return
	}
	if err != nil || len(req.Faults) > 0 {
		t.Fatalf("%s: %s with the faults %v: %v", method.Name, req.Params, req.Faults, err)
	}
	params, err := pgval.Marshal(first)
	if err != nil {
		t.Fatalf("%s: %s: %v", method.Name, req.Params, err)
	}
	if err := pgcall.ReadParams(&rpc.Call{Method: method, Params: params}, second); err != nil || !reflect.DeepEqual(first, second) {
		t.Errorf("%s: %s became %s, and that %+v (%v)", method.Name, req.Params, params, second, err)
	}
}
