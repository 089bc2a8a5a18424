package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/spgen/spgen/app"
)

// Who asks the socket of --autocert-http keeps no connection, and who asks nothing
// is one of few.
func TestChallengesKeepNobody(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- app.Challenges(ctx, listener) }()
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		return conn
	}
	polite := dial()
	fmt.Fprint(polite, "GET /page HTTP/1.1\r\nHost: api.example.org\r\n\r\n")
	r := bufio.NewReader(polite)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != http.StatusFound || !resp.Close {
		t.Fatalf("got %+v, %v; want a redirect, and the end", resp, err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("the connection stays: %v", err)
	}
	began := time.Now()
	for range 200 {
		dial()
	}
	last := dial()
	if _, err := last.Read(make([]byte, 1)); err == nil {
		t.Error("something was answered")
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("one of too many was held for %v", took)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
