package kitchen_test

import (
	"net/netip"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/emit/golang/testdata/kitchen/api"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// TestEmittedSettings serves the golden package of internal/emit/golang: what a
// session holds reaches the database as text.
func TestEmittedSettings(t *testing.T) {
	t.Parallel()
	sql := mustRead(t, filepath.Join("..", "emit", "golang", "testdata", "kitchen", "schema.sql"))
	url := pgtest.New(t)
	pgtest.Exec(t, url, string(sql))
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := pgcall.NewPool(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	executor := pgcall.NewExecutor(pool, pgcall.ExecutorOptions{}, &api.API)
	peer := &rpc.Peer{ID: "peer-1", Addr: netip.MustParseAddr("2001:db8::1")}
	for _, tt := range []struct {
		session *rpc.Session
		want    string
	}{
		{nil, `["","","2001:db8::1","peer-1"]`},
		{&rpc.Session{Values: [][]byte{{0, 0, 0, 0, 0, 0, 1, 0}, []byte("user"), []byte("very happy")}}, `["256","very happy","2001:db8::1","peer-1"]`},
		{&rpc.Session{Values: [][]byte{nil, nil, nil}}, `["","","2001:db8::1","peer-1"]`},
	} {
		peer.SetSession(tt.session)
		call := &rpc.Call{Method: api.ToldMethod, Params: []byte("{}"), Peer: peer}
		if err := executor.Execute(t.Context(), call); err != nil || string(call.Result) != tt.want {
			t.Errorf("got %s, %v, want %s", call.Result, err, tt.want)
		}
	}
}
