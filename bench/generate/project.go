package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// project writes a Go module with a manifest and a server, and makes the schema.
func (b *bench) project(functions, types int) error {
	conn, err := pgx.Connect(b.ctx, b.url)
	if err != nil {
		return err
	}
	defer conn.Close(b.ctx) //nolint:errcheck // nothing is left to lose
	if _, err := conn.Exec(b.ctx, schemaSQL(functions, types)); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	sum, err := os.ReadFile(filepath.Join(b.module.Root, "go.sum"))
	if err != nil {
		return err
	}
	mod, err := b.goMod()
	if err != nil {
		return err
	}
	return b.write(map[string]string{
		"go.mod": mod, "go.sum": string(sum), "main.go": mainGo, "schema/manifest.yaml": manifest(functions),
	})
}

func (b *bench) write(files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(b.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { // #nosec G301 -- source code
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil { // #nosec G306 -- source code
			return err
		}
	}
	return nil
}

// goMod is spgen's own go.mod, as another module's that uses it.
func (b *bench) goMod() (string, error) {
	own, err := os.ReadFile(filepath.Join(b.module.Root, "go.mod"))
	if err != nil {
		return "", err
	}
	mod := strings.Replace(string(own), "module "+b.module.Module, "module example.com/big", 1)
	return mod + fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", b.module.Module, b.module.Module, b.module.Root), nil
}

// mainGo starts a server on the database that it is given, asks it once, and
// ends.
const mainGo = `package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"example.com/big/generated/api"
	"example.com/big/generated/docs"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spgen/spgen/rpc/server"
)

func main() {
	database, err := pgxpool.ParseConfig(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := server.New(ctx, server.Config{API: &api.API, Database: database, AnyRole: true, Docs: docs.FS})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		defer stop()
		for {
			response, err := http.Get("http://" + listener.Addr().String() + "/readyz")
			if err != nil {
				log.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	if err := s.Serve(ctx, listener); err != nil {
		log.Fatal(err)
	}
}
`

// schemaSQL makes types of three kinds and functions of four shapes over them.
func schemaSQL(functions, types int) string {
	var b strings.Builder
	b.WriteString("create schema api;\ncreate schema app;\n")
	third := max(types/3, 1)
	for i := range types {
		switch {
		case i < third:
			fmt.Fprintf(&b, "create type app.kind_%d as enum ('new', 'open', 'done', 'label %d');\n", i, i)
		case i < 2*third:
			fmt.Fprintf(&b, "create domain app.code_%d as text check (length(value) between 1 and %d);\n", i, 10+i%90)
		default:
			fmt.Fprintf(&b, "create type app.item_%d as (id bigint, kind app.kind_%d, code app.code_%d, price numeric(12,2), tags text[], made timestamptz);\n",
				i, i%third, third+i%third)
		}
	}
	for i := range functions {
		b.WriteString(functionSQL(i, third, types))
	}
	return b.String()
}

func functionSQL(i, third, types int) string {
	kind, code, item := i%third, third+i%third, min(2*third+i%third, types-1)
	name := fmt.Sprintf("api.fun_method_%d", i)
	comment := fmt.Sprintf("comment on function %s is 'Does thing %d, and says so.\n\nA second paragraph with `code` for **thing** %d.\n\n@notnull';\n", name, i, i)
	shapes := []string{
		"create function %[1]s(a_id bigint, a_kind app.kind_%[2]d, a_code app.code_%[3]d, a_limit integer default 10) " +
			"returns table (id bigint, kind app.kind_%[2]d, code app.code_%[3]d, made timestamptz, note text) language sql stable as $$select a_id, a_kind, a_code, now(), ''$$;\n",
		"create function %[1]s(a_name text, a_price numeric, a_on date default current_date) returns bigint language sql as $$select 1::bigint$$;\n",
		"create function %[1]s(a_ids bigint[], a_data jsonb default '{}') returns app.item_%[4]d language sql stable as $$select null::app.item_%[4]d$$;\n",
		"create function %[1]s(a_item app.item_%[4]d, out o_id uuid, out o_ok boolean) language sql as $$select gen_random_uuid(), true$$;\n",
	}
	return fmt.Sprintf(shapes[i%len(shapes)]+comment, name, kind, code, item)
}

// manifest maps every function, in services of a hundred methods.
func manifest(functions int) string {
	const perService = 100
	var b strings.Builder
	b.WriteString("version: 1\nschema: api\nnaming: {function_prefix: fun_, argument_prefix: a_}\nservices:\n")
	for i := 0; i*perService < functions; i++ {
		fmt.Fprintf(&b, "  - {name: service_%d, ids: %d-%d}\n", i, 10000+i*perService, 10000+(i+1)*perService-1)
	}
	b.WriteString("methods:\n")
	for i := range functions {
		fmt.Fprintf(&b, "  - {id: %d, name: Method%d, function: api.fun_method_%d, access: public}\n", 10000+i, i, i)
	}
	return b.String()
}
