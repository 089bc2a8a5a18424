//go:build linux

package endure_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/server"
)

// databaseVariable has the URL of the server's database; where it is set, this
// is the server.
const databaseVariable = "SPGEN_ENDURE_DATABASE"

// Connections that the server has to the database at most.
const (
	readLanes  = 2
	writeLanes = 4
	ownLanes   = 2
	keyedConns = 4
	poolSize   = 4
	gates      = 1
	connPool   = readLanes + writeLanes + ownLanes + keyedConns + poolSize + gates
)

// dialsFile is the pipe that gets a byte for each attempt to connect to
// PostgreSQL.
const dialsFile = 3

// stats are what a server says of itself.
type stats struct {
	RSS        int64 // bytes
	HeapInuse  int64
	Goroutines int
}

// serve is the server's process. It ends when its input does, or is killed.
func serve(url string) (code int) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fail(err)
	}
	config.MaxConns = poolSize
	dials, dial := os.NewFile(dialsFile, "dials"), config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		_, _ = dials.Write([]byte{1})
		return dial(ctx, network, address)
	}
	served, err := server.New(context.Background(), server.Config{
		API: newAPI(), Database: config, AnyRole: true, Limits: server.NoLimits, Logger: slog.New(slog.DiscardHandler),
		Lanes: pgcall.LaneOptions{Reads: readLanes, Writes: writeLanes, Own: ownLanes, Keyed: keyedConns},
	})
	if err != nil {
		return fail(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fail(err)
	}
	fmt.Println(listener.Addr())
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		defer stop()
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			_ = json.NewEncoder(os.Stdout).Encode(readStats())
		}
	}()
	if err := served.Serve(ctx, listener); err != nil {
		return fail(err)
	}
	return 0
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "server:", err)
	return 1
}

func readStats() stats {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s := stats{HeapInuse: int64(m.HeapInuse), Goroutines: runtime.NumGoroutine()}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &s.RSS); err == nil {
			s.RSS <<= 10
		}
	}
	return s
}

// newAPI returns the API of schema.sql, as the generator would make it.
func newAPI() *rpc.API {
	api := &rpc.API{Name: "api"}
	for i, name := range []string{"write", "one", "seen"} {
		reads := name != "write"
		api.Methods = append(api.Methods, rpc.Method{
			ID: uint32(1000 + i), Name: name, Access: rpc.Access{Public: true}, ReadOnly: reads, Binding: &pgcall.Procedure{
				Identity: "api." + name + "(bigint)", Head: `select "api"."` + name + `"(`, Tail: ")", ReadOnly: reads,
				Shape: pgcall.ShapeScalar, Params: []pgcall.Param{{Name: "nonce", Arg: `"a_nonce" => `, Cast: "::int8", Type: &pgjson.Int8}},
				Columns: []pgcall.Column{{Type: &pgjson.Int8, NotNull: true}},
			},
		})
	}
	return api
}

// process is a server that runs.
type process struct {
	t       testing.TB
	cmd     *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
	address string
	dials   sync.WaitGroup // the reader of the pipe
}

// start runs a server on the database of url, and waits until it listens. Its
// attempts to connect are counted in dials.
func start(t testing.TB, url string, dials *atomic.Int64) *process {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	p := &process{t: t, cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), databaseVariable+"="+url)
	p.cmd.Stderr, p.cmd.ExtraFiles = os.Stderr, []*os.File{write}
	output, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.input, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.dials.Go(func() {
		defer read.Close()
		for buf := make([]byte, 512); ; {
			n, err := read.Read(buf)
			if dials.Add(int64(n)); err != nil {
				return
			}
		}
	})
	p.output = bufio.NewReader(output)
	line, err := p.output.ReadString('\n')
	if err != nil {
		p.kill()
		t.Fatalf("the server said %q: %v", line, err)
	}
	p.address = strings.TrimSpace(line)
	return p
}

// stats asks the server.
func (p *process) stats() (s stats) {
	p.t.Helper()
	if _, err := io.WriteString(p.input, "stats\n"); err != nil {
		p.t.Fatal(err)
	}
	line, err := p.output.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s)
	}
	if err != nil {
		p.t.Fatalf("the server said %q: %v", line, err)
	}
	return s
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p.dials.Wait()
}

// end has the server drain, and waits for it.
func (p *process) end() {
	p.t.Helper()
	_ = p.input.Close()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the server ended with %v", err)
	}
	p.dials.Wait()
}
