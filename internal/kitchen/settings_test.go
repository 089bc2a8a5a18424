package kitchen_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
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
	lanes, err := pgcall.NewLanes(t.Context(), config, pgcall.LaneOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer lanes.Close()
	executor := pgcall.NewExecutor(lanes, pgcall.ExecutorOptions{}, &api.API)
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

// TestReferenceOfRowLevelSecurity runs the SQL of docs/manifest.md as the server's role.
func TestReferenceOfRowLevelSecurity(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(string(mustRead(t, "../../docs/manifest.md")), "## Row-level security")
	_, rest, _ = strings.Cut(rest, "```sql\n")
	sql, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the section has no SQL")
	}
	url, role := pgtest.New(t), fmt.Sprintf("shop_server_%d", os.Getpid())
	sql = strings.ReplaceAll(sql, "shop_server", role)
	pgtest.Exec(t, url, `create schema app; create schema api; create table app.orders (id bigint, user_id bigint);
		insert into app.orders values (1, 5), (2, 6), (3, 5); create role `+role+";"+sql+"grant usage on schema api to "+role)
	t.Cleanup(func() { pgtest.Exec(t, url, "drop owned by "+role+"; drop role "+role) })
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), "set role "+role); err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]string{"5": "1,3", "6": "2", "7": "", "": ""} {
		var got string
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), "select set_config('app.user_id', $1, true)", user); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), "select coalesce(string_agg(id::text, ','), '') from api.fun_list_orders()").Scan(&got)
		})
		if err != nil || got != want {
			t.Errorf("user %q sees %q, %v, want %q", user, got, err, want)
		}
	}
}
