package client_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc/pgval"
	"github.com/spgen/spgen/rpc/wire"
)

// sendMessage is an Object as spgen generates them.
type sendMessage struct {
	ChatID int64
	Body   string
}

func (p *sendMessage) CodeJSON(c *pgval.Coder) {
	c.Field("chat_id")
	c.Int8(&p.ChatID)
	c.Field("body")
	c.Text(&p.Body)
}

// nested has a parameter that is JSON.
type nested struct{ JSON string }

func (p *nested) CodeJSON(c *pgval.Coder) {
	c.Field("document")
	raw := json.RawMessage(p.JSON)
	c.JSON(&raw)
}

func TestInto(t *testing.T) {
	t.Parallel()
	conn := dial(t, echoParams)
	want := sendMessage{ChatID: 1<<62 + 1, Body: "\"tea\"\n\u2028\U0001F600"}
	var got sendMessage
	if err := conn.Call(t.Context(), 20003, &want, client.Into(&got)); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// echoParams answers with the params.
func echoParams(p *peer) {
	for req, ok := p.recv(); ok; req, ok = p.recv() {
		p.sendResult(req, string(req.Params))
	}
}

func TestIntoWrongResult(t *testing.T) {
	t.Parallel()
	for _, result := range []string{`null`, `[]`, `{}`, `{"chat_id":"x","body":""}`, `{"chat_id":"1","body":null}`} {
		var got sendMessage
		if err := dial(t, answerAll(result)).Call(t.Context(), 1, nil, client.Into(&got)); err == nil {
			t.Errorf("%s: got %+v and no error", result, got)
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	var n int64
	if err := dial(t, answerAll(`"-7"`)).Call(t.Context(), 1, nil, client.Value(&n, (*pgval.Coder).Int8)); err != nil || n != -7 {
		t.Errorf("got %d, %v", n, err)
	}
	var list []int64
	slice := func(c *pgval.Coder, v *[]int64) { pgval.Slice(c, v, (*pgval.Coder).Int8) }
	if err := dial(t, answerAll(`["1","2"]`)).Call(t.Context(), 1, nil, client.Value(&list, slice)); err != nil || len(list) != 2 {
		t.Errorf("got %v, %v", list, err)
	}
	if err := dial(t, answerAll(`null`)).Call(t.Context(), 1, nil, client.Value(&n, (*pgval.Coder).Int8)); err == nil {
		t.Errorf("null: got %d and no error", n)
	}
}

func TestVoid(t *testing.T) {
	t.Parallel()
	if err := dial(t, answerAll(`null`)).Call(t.Context(), 1, nil, client.Void); err != nil {
		t.Error(err)
	}
}

// A value that cannot be sent is the error of its call alone.
func TestUnsendableParams(t *testing.T) {
	t.Parallel()
	conn := dial(t, echoParams)
	deep := func(n int) *nested { return &nested{strings.Repeat("[", n) + strings.Repeat("]", n)} }
	tests := []struct {
		name    string
		params  pgval.Object
		wantErr string
	}{
		{"NUL", &sendMessage{Body: "a\x00b"}, "body"},
		{"not UTF-8", &sendMessage{Body: "\xff"}, "body"},
		{"deep", deep(31), "32 levels"},
		{"large", &sendMessage{Body: strings.Repeat("x", 64<<10)}, "WithMaxRequestBytes"},
		{"just deep enough", deep(30), ""},
		{"brackets in text", &sendMessage{Body: strings.Repeat(`[{"\`, 100)}, ""},
	}
	for _, tt := range tests {
		err := conn.Call(context.Background(), 7, tt.params, nil)
		if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.wantErr)
		}
	}
}

// What a client sends, a server's parser accepts and understands.
func TestFrames(t *testing.T) {
	t.Parallel()
	frames := make(chan []byte, 2)
	conn := dial(t, func(p *peer) {
		for {
			_, data, err := p.ws.ReadMessage()
			if err != nil {
				return
			}
			frames <- data
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- conn.Call(ctx, 4294967295, &sendMessage{ChatID: 7, Body: "hello"}, nil) }()
	var req wire.Request
	if err := wire.Parse(<-frames, &req); err != nil || len(req.Faults) > 0 {
		t.Errorf("got %v, %v", err, req.Faults)
	}
	if req.ID != 4294967295 || req.Seq != 1 || string(req.Params) != `{"chat_id":"7","body":"hello"}` || req.Meta.Timeout <= 0 {
		t.Errorf("parsed %+v", req)
	}
	cancel()
	if err := wire.Parse(<-frames, &req); err != nil || req.ID != 3 || string(req.Params) != `{"seq":1}` {
		t.Errorf("parsed %+v, %v", req, err)
	}
	<-done
}
