package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
)

// A server that breaks the protocol is disconnected, and its calls fail.
func TestHostileAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, frame string
		code        int
	}{
		{"garbage", `hello`, 1002},
		{"empty", ``, 1002},
		{"cut", `{"seq":1,"method":500,"result":[`, 1002},
		{"trailing", `{"seq":1,"method":500,"result":1}{}`, 1002},
		{"array", `[]`, 1002},
		{"null", `null`, 1002},
		{"neither", `{"seq":1,"method":500}`, 1002},
		{"both", `{"seq":1,"method":500,"result":null,"error":{"code":1,"name":"x","message":""}}`, 1002},
		{"two results", `{"seq":1,"method":500,"result":1,"result":2}`, 1002},
		{"two seqs", `{"seq":2,"seq":1,"method":500,"result":1}`, 1002},
		{"escaped seq", `{"seq":2,"\u0073eq":1,"method":500,"result":1}`, 1002},
		{"two methods", `{"seq":1,"method":501,"method":500,"result":1}`, 1002},
		{"two errors", `{"seq":1,"error":{"code":1,"name":"x","message":""},"error":{"code":1,"name":"x","message":""}}`, 1002},
		{"wrong method", `{"seq":1,"method":501,"result":1}`, 1002},
		{"no method", `{"seq":1,"result":1}`, 1002},
		{"seq as text", `{"seq":"1","method":500,"result":1}`, 1002},
		{"negative seq", `{"seq":-1,"method":500,"result":1}`, 1002},
		{"fractional seq", `{"seq":1.0,"method":500,"result":1}`, 1002},
		{"huge seq", `{"seq":9007199254740992,"method":500,"result":1}`, 1002},
		{"method wraps", `{"seq":1,"method":4294967796,"result":1}`, 1002},
		{"method as name", `{"seq":1,"method":"SignUp","result":1}`, 1002},
		{"error as text", `{"seq":1,"method":500,"error":"no"}`, 1002},
		{"error null", `{"seq":1,"method":500,"error":null}`, 1002},
		{"no code", `{"seq":1,"method":500,"error":{"name":"x","message":"y"}}`, 1002},
		{"code 0", `{"seq":1,"method":500,"error":{"code":0,"name":"x","message":"y"}}`, 1002},
		{"code wraps", `{"seq":1,"method":500,"error":{"code":4294978296,"name":"x","message":"y"}}`, 1002},
		{"no message", `{"seq":1,"method":500,"error":{"code":1,"name":"x"}}`, 1002},
		{"not UTF-8", "{\"seq\":1,\"method\":500,\"result\":\"\xff\"}", 1007},
		{"deep", `{"seq":1,"method":500,"result":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, 1002},
		{"very deep", strings.Repeat("[", 1<<20), 1002},
		{"too large", `{"seq":1,"method":500,"result":"` + strings.Repeat("x", 3<<20) + `"}`, 1009},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			told := make(chan int, 1)
			conn := dial(t, func(p *peer) {
				p.recv()
				p.send("%s", tt.frame)
				told <- p.closeCode()
			}, client.WithMaxMessageBytes(2<<20))
			err := conn.Call(context.Background(), 500, nil, func([]byte) error { t.Error("decoded it"); return nil })
			_ = conn.Close()
			var closed *client.ClosedError
			if !errors.As(err, &closed) || !errors.Is(err, client.ErrClosed) || closed.Code != tt.code || !closed.Sent {
				t.Errorf("got %v, want code %d", err, tt.code)
			}
			if got := <-told; got != tt.code {
				t.Errorf("told the server %d, want %d", got, tt.code)
			}
		})
	}
}

// closeCode reads until the client closes and returns its code.
func (p *peer) closeCode() int {
	for {
		_, _, err := p.ws.ReadMessage()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			return closed.Code
		}
		if err != nil {
			return 0
		}
	}
}

func TestHostileBinary(t *testing.T) {
	t.Parallel()
	told := make(chan int, 1)
	conn := dial(t, func(p *peer) {
		_ = p.ws.WriteMessage(websocket.BinaryMessage, []byte(`{}`))
		told <- p.closeCode()
	})
	<-conn.Done()
	if got := <-told; got != 1003 {
		t.Errorf("told the server %d", got)
	}
}

// What answers no call is dropped, and the connection lives on.
func TestUnmatchedAnswers(t *testing.T) {
	t.Parallel()
	conn := dial(t, func(p *peer) {
		for req, ok := p.recv(); ok; req, ok = p.recv() {
			p.send(`{"seq":%d,"method":500,"result":"future"}`, req.Seq+1000)
			p.send(`{"seq":0,"method":500,"result":"zero"}`)
			p.send(`{"method":500,"result":"no seq"}`)
			p.send(`{"error":{"code":-32700,"name":"parse_error","message":"no seq"}}`)
			p.sendResult(req, `"mine"`)
			p.sendResult(req, `"again"`)
		}
	})
	for range 3 {
		var got string
		if err := conn.Call(context.Background(), 500, nil, text(&got)); err != nil || got != `"mine"` {
			t.Errorf("got %s, %v", got, err)
		}
	}
}

func TestClosedMidCall(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		end     func(*peer)
		code    int
		wantErr string
	}{
		{"hung up", func(*peer) {}, 1006, "hung up"},
		{"away", closeWith(1001, "going away"), 1001, `by the server (1001 "going away")`},
		{"terminal", closeWith(4500, "\x1b[31m"), 4500, `\x1b`},
		{"cut in a frame", func(p *peer) { _, _ = p.ws.NetConn().Write([]byte{0x81, 0x7e, 0x01}) }, 1006, "hung up"},
		{"bad opcode", func(p *peer) { _, _ = p.ws.NetConn().Write([]byte{0x83, 0x00}); p.drain() }, 1002, "WebSocket protocol"},
		{"masked", func(p *peer) { _, _ = p.ws.NetConn().Write([]byte{0x81, 0x80, 1, 2, 3, 4}); p.drain() }, 1002, "WebSocket protocol"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			played := make(chan struct{})
			conn := dial(t, func(p *peer) { defer close(played); p.recv(); tt.end(p) })
			err := conn.Call(context.Background(), 500, nil, nil)
			<-played
			var closed *client.ClosedError
			if !errors.As(err, &closed) || closed.Code != tt.code || !closed.Sent {
				t.Fatalf("got %v, want code %d", err, tt.code)
			}
			for _, want := range []string{tt.wantErr, "was sent and may have taken effect"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			<-conn.Done()
			err = conn.Call(context.Background(), 501, nil, nil)
			if !errors.As(err, &closed) || closed.Sent || !strings.Contains(err.Error(), "was not sent") {
				t.Errorf("after the end got %v", err)
			}
			if err := conn.Err(); !errors.Is(err, client.ErrClosed) || strings.Contains(err.Error(), "request") {
				t.Errorf("Err is %v", err)
			}
		})
	}
}

func closeWith(code int, reason string) func(*peer) {
	return func(p *peer) {
		message := websocket.FormatCloseMessage(code, reason)
		_ = p.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second))
		if got := p.closeCode(); got != code {
			p.t.Errorf("the close frame was answered with %d", got)
		}
	}
}

// An answer that came before the end counts.
func TestAnswerBeforeClose(t *testing.T) {
	t.Parallel()
	for range 50 {
		conn := dial(t, func(p *peer) {
			req, _ := p.recv()
			p.sendResult(req, `"in time"`)
			_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1001, ""), time.Now().Add(time.Second))
		})
		var got string
		if err := conn.Call(context.Background(), 500, nil, text(&got)); err != nil || got != `"in time"` {
			t.Fatalf("got %s, %v", got, err)
		}
	}
}

func TestRequestLimits(t *testing.T) {
	t.Parallel()
	conn := dial(t, answerAll("1"), client.WithMaxRequestBytes(30))
	err := conn.Call(context.Background(), 4294967295, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "WithMaxRequestBytes") {
		t.Errorf("got %v", err)
	}
	if errors.Is(err, client.ErrClosed) || conn.Err() != nil || errors.Is(err, &rpc.Error{}) {
		t.Errorf("the connection suffered: %v", err)
	}
}
