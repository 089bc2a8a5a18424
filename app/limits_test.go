package app_test

import (
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spgen/spgen/app"
	"github.com/spgen/spgen/rpc"
)

// A limit that is none is refused before anything starts, with what to write.
func TestLimitsAreChecked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		env  map[string]string
		want string
	}{
		{"no limit", []string{"--max-connections", "-2"}, nil, "--max-connections -2: write 0 for no limit"},
		{"no rate", []string{"--connection-rate=-1"}, nil, "--connection-rate -1: write 0 for no limit"},
		{"no room", []string{"--max-message-bytes", "0"}, nil, "--max-message-bytes 0: write 1 or more"},
		{"no header", []string{"--max-header-bytes", "100"}, nil, "--max-header-bytes 100: write 4096 or more"},
		{"no time", []string{"--write-timeout", "0s"}, nil, "--write-timeout 0s: write more than nothing"},
		{"less than no time", []string{"--ping-interval=-1s"}, nil, "--ping-interval -1s: write more than nothing"},
		{"no number", []string{"--address-rate", "many"}, nil, `invalid argument "many"`},
		{"from the environment", nil, map[string]string{"SPGEN_MAX_RESULT_ROWS": "-5"}, "--max-result-rows -5: write 0 for no limit"},
		{"no number from there", nil, map[string]string{"SPGEN_HTTP_IDLE_TIMEOUT": "60"}, "SPGEN_HTTP_IDLE_TIMEOUT: "},
		{"a flag comes first", []string{"--out-queue-bytes", "0"}, map[string]string{"SPGEN_OUT_QUEUE_BYTES": "7"}, "--out-queue-bytes 0"},
		{"all at once", []string{"--max-in-flight", "0", "--call-timeout", "0"}, nil, "--call-timeout 0s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := app.App{Name: "test", API: &rpc.API{}}
			err := a.Run(context.Background(), tt.args, func(name string) string { return tt.env[name] }, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// Help names every limit with its variable and its default.
func TestLimitsAreInHelp(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	if err := (app.App{Name: "test", API: &rpc.API{}}).Run(context.Background(), []string{"--help"}, func(string) string { return "" }, &help, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--max-connections int", "default: what the limit of open files leaves)\n", "SPGEN_ADDRESS_RATE) (default 2000)",
		"SPGEN_WRITE_TIMEOUT) (default 4s)", "SPGEN_MAX_MESSAGE_BYTES) (default 65536)",
	} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("help lacks %q", want)
		}
	}
}

// docs/limits.md has the flags that there are.
func TestLimitsAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?m)^\| .*`).FindAllString(string(data), -1)
	documented := regexp.MustCompile("`--([a-z-]+)`").FindAllStringSubmatch(strings.Join(table, "\n"), -1)
	variables := app.LimitVariables()
	variables["call-queue"] = "SPGEN_CALL_QUEUE"
	for _, d := range documented {
		if want := "SPGEN_" + strings.ToUpper(strings.ReplaceAll(d[1], "-", "_")); variables[d[1]] != want {
			t.Errorf("--%s is not a limit's flag, with the variable %s", d[1], want)
		}
		delete(variables, d[1])
	}
	if len(variables) > 0 {
		t.Errorf("docs/limits.md lacks %v", variables)
	}
}
