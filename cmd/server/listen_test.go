package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// runs returns what the program ends with that is started with args.
func runs(t *testing.T, environment map[string]string, args ...string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	args = append([]string{"--database-url", nowhere, "--log-level", "error"}, args...)
	return messenger.Run(ctx, args, func(name string) string { return environment[name] }, ending(cancel), t.Output())
}

// ending ends the program when it says that it listens.
type ending context.CancelFunc

func (e ending) Write(b []byte) (int, error) { e(); return len(b), nil }

// Without TLS the server listens where only this machine can connect, unless it
// is told to.
func TestPlaintext(t *testing.T) {
	t.Parallel()
	const refused = "--tls-cert FILE --tls-key FILE"
	for _, tt := range []struct {
		listen string
		args   []string
		env    map[string]string
		want   string // in the error; "": none
	}{
		{"0.0.0.0:0", nil, nil, refused},
		{":0", nil, nil, refused},
		{"[::]:0", nil, nil, refused},
		{"192.0.2.1:0", nil, nil, refused},
		{"192.0.2.1:0", []string{"--allow-plaintext"}, nil, "cannot assign"}, // it is not this machine's
		{"192.0.2.1:0", nil, map[string]string{"SPGEN_ALLOW_PLAINTEXT": "true"}, "cannot assign"},
		{"192.0.2.1:0", nil, map[string]string{"SPGEN_ALLOW_PLAINTEXT": "perhaps"}, "SPGEN_ALLOW_PLAINTEXT"},
		{"192.0.2.1:0", []string{"--autocert", "api.example.org"}, nil, "cannot assign"},
		{"127.0.0.1:0", nil, nil, ""},
		{"127.8.9.10:0", nil, nil, ""},
		{"localhost:0", nil, nil, ""},
		{"unix:" + filepath.Join(t.TempDir(), "s"), nil, nil, ""},
		{"unix:", nil, nil, "1 to 103 bytes"},
		{"unix:/tmp/" + strings.Repeat("x", 200), nil, nil, "1 to 103 bytes"},
		{"127.0.0.1:nonsense", nil, nil, "--listen"},
	} {
		err := runs(t, tt.env, append(tt.args, "--listen", tt.listen)...)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("--listen %s %v %v: %v, want %q", tt.listen, tt.args, tt.env, err, tt.want)
		}
	}
}

func TestTransportFlags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args, want string
	}{
		{"--tls-cert c.pem", "belong together"},
		{"--tls-key k.pem", "belong together"},
		{"--tls-cert c.pem --tls-key k.pem --autocert api.example.org", "choose one"},
		{"--tls-cert /nowhere/c.pem --tls-key k.pem", "/nowhere/c.pem"},
		{"--autocert-http :80", "are for --autocert"},
		{"--autocert *.example.org", "name one domain"},
		{"--autocert 192.0.2.1", "name one domain"},
		{"--autocert https://example.org", "name one domain"},
		{"--autocert localhost", "name one domain"},
		{"--trusted-proxy nginx", "--trusted-proxy"},
		{"--trusted-proxy 10.0.0.1,0.0.0.0/0", "is everybody"},
		{"--verbose-to office", "--verbose-to"},
		{"--proxy-header X-Real-IP", `not in "X-Real-IP"`},
		{"--trusted-proxy 10.0.0.0/8 --trusted-proxy unix --proxy-header forwarded --verbose-to 192.0.2.0/24 --hsts 0", ""},
	} {
		err := runs(t, nil, append(strings.Fields(tt.args), "--listen", "127.0.0.1:0")...)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.args, err, tt.want)
		}
	}
}

// A unix socket that a killed server has left behind is replaced; one that is
// in use, or a file, is not.
func TestUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "socket")
	args := []string{"--listen", "unix:" + path, "--log-level", "error", "--database-url", nowhere}
	p := launch(t, nil, nil, args...)
	if p.url != "unix:"+path {
		t.Errorf("the socket is %q", p.url)
	}
	if err := runs(t, nil, "--listen", "unix:"+path); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("a second server: %v", err)
	}
	_ = p.Process.Kill()
	p.status(t)
	if _, err := os.Lstat(path); err != nil {
		t.Fatal(err) // nothing to replace
	}
	p = launch(t, nil, nil, args...)
	conn, _, err := websocket.Dial(t.Context(), "ws://any.example/ws", listeningBy(t, func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	s := &socket{t, conn}
	s.call(`{"method":1}`, new(any))
	_ = p.Process.Signal(os.Interrupt)
	if status := p.status(t); status != 0 {
		t.Errorf("status %d", status)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the socket is left behind")
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := runs(t, nil, "--listen", "unix:"+path); err == nil || !strings.Contains(err.Error(), "is no socket") {
		t.Errorf("a file: %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("the file has %q (%v)", text, err)
	}
}
