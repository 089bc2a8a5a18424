package golang_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// goTool runs the go command here, without a network, and returns what it says.
func goTool(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// packages are the golden packages, which TestKitchen holds to be what is emitted.
var packages = []string{"./" + kitchenDir + "/api", "./" + kitchenDir + "/apiclient"}

func TestEmittedCodeIsVetted(t *testing.T) {
	t.Parallel()
	if out, err := goTool(t, append([]string{"vet"}, packages...)...); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	file, err := filepath.Abs("../../../rpc/method.go")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.ReplaceAll(source, []byte("RuntimeV1"), []byte("RuntimeV2"))
	if bytes.Equal(source, other) {
		t.Fatal("the runtime does not declare RuntimeV1 in rpc/method.go")
	}
	for _, p := range packages {
		out, err := goTool(t, "build", "-o", os.DevNull, "-overlay", overlay(t, file, other), p)
		name := filepath.Base(p)
		line := lineOf(t, filepath.Join(p, name+"_gen.go"), "const _ = rpc.RuntimeV1")
		want := regexp.MustCompile(name + `_gen\.go:` + strconv.Itoa(line) + `:\d+: undefined: rpc\.RuntimeV1`)
		if err == nil || !want.MatchString(out) {
			t.Errorf("%s: got %v, want an error that matches %s:\n%s", p, err, want, out)
		}
	}
}

// overlay returns a file for -overlay that replaces one source.
func overlay(t *testing.T, file string, source []byte) string {
	t.Helper()
	dir := t.TempDir()
	data, err := json.Marshal(map[string]map[string]string{"Replace": {file: filepath.Join(dir, "source.go")}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	for name, data := range map[string][]byte{path: data, filepath.Join(dir, "source.go"): source} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func lineOf(t *testing.T, path, text string) int {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(source), "\n") {
		if line == text {
			return i + 1
		}
	}
	t.Fatalf("%s has no line %q", path, text)
	return 0
}

// maxInit is what the emitted package may run at start-up: the slice of the
// dispatch table is made then, all else lies in the binary.
const maxInit = 128

// initSize matches the line that begins a start-up function's assembly.
var initSize = regexp.MustCompile(`^(\S+\.init(?:\.\d+)?) STEXT .*\bsize=(\d+)`)

func TestStaticInitialisation(t *testing.T) {
	t.Parallel()
	for _, p := range packages {
		out, err := goTool(t, "build", "-o", os.DevNull, "-gcflags=-S", p)
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		if !strings.Contains(out, " STEXT ") {
			t.Fatalf("the compiler printed no assembly:\n%s", out)
		}
		for line := range strings.Lines(out) {
			init := initSize.FindStringSubmatch(line)
			if init == nil {
				continue
			}
			if size, err := strconv.Atoi(init[2]); err != nil || size > maxInit {
				t.Errorf("%s has %s bytes of code, more than %d", init[1], init[2], maxInit)
			}
		}
	}
}
