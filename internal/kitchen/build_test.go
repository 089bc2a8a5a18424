package kitchen_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/emit/golang"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/spectest"
)

const modulePath = "kitchen.test/kitchen"

// generate returns the emitted files of the schema api, and the schemas of its
// frames.
func generate(t *testing.T, url string, functions []string) (map[string][]byte, *spectest.Frames) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	c, err := catalog.Read(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), manifest.FileName)
	if err := os.WriteFile(path, []byte(manifestYAML(functions)), 0o600); err != nil {
		t.Fatal(err)
	}
	m, diags := manifest.Load(path)
	model, found := ir.Build(c, m)
	if diags = append(diags, found...); diags.HasErrors() {
		for _, d := range diags {
			t.Log(d.String())
		}
		t.Fatal("the schema cannot be generated from")
	}
	files, err := golang.Emit(model, modulePath)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := docs.Emit(model)
	if err != nil {
		t.Fatal(err)
	}
	frames, err := spectest.NewFrames(documents["schemas.json"])
	if err != nil {
		t.Fatal(err)
	}
	return files, frames
}

// build compiles a server of the emitted package in a module of its own and
// returns the program.
func build(t *testing.T, files map[string][]byte) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, requires, _ := strings.Cut(string(mustRead(t, filepath.Join(root, "go.mod"))), "\n")
	write("go.mod", []byte("module "+modulePath+"\n"+requires+"\nrequire "+spgen+" v0.0.0\nreplace "+spgen+" => "+root+"\n"))
	write("go.sum", mustRead(t, filepath.Join(root, "go.sum")))
	write("main.go", mustRead(t, "testdata/main.go.txt"))
	for name, data := range files {
		write(name, data)
	}
	start := time.Now()
	defer func() { t.Logf("built %d files in %s", len(files), time.Since(start).Round(time.Second)) }()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-mod=mod", "-trimpath", "-o", "kitchen", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the emitted package: %v\n%s", err, out)
	}
	return filepath.Join(dir, "kitchen")
}

const spgen = "github.com/spgen/spgen"

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// serve runs program until the test ends and returns the URL of its socket.
func serve(t *testing.T, program, database string) string {
	t.Helper()
	cmd := exec.Command(program, database)
	cmd.Stderr = t.Output()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_, _ = io.Copy(io.Discard, stdout)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ended: %v", err)
		}
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the server does not start: %v", err)
	}
	return "ws://" + strings.TrimSpace(address) + "/ws"
}
