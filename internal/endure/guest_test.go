//go:build linux

package endure_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// guest is a connection that mostly does nothing.
type guest struct {
	conn    *websocket.Conn
	answers chan reply
}

var sendBuffers sync.Pool // that guests share

func dialGuest(ctx context.Context, address, source string) (*guest, error) {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}, Timeout: patience}
	dialer := websocket.Dialer{
		NetDialContext: from.DialContext, HandshakeTimeout: patience, Subprotocols: []string{"spgen.v1.json"},
		ReadBufferSize: 256, WriteBufferSize: 256, WriteBufferPool: &sendBuffers,
	}
	conn, _, err := dialer.DialContext(ctx, "ws://"+address+"/ws", nil)
	if err != nil {
		return nil, err
	}
	return &guest{conn: conn, answers: make(chan reply, 1)}, nil
}

// read reads answers, and answers pings, until the connection ends.
func (g *guest) read() error {
	for {
		_, data, err := g.conn.ReadMessage()
		if err != nil {
			return err
		}
		var r reply
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("answer %s: %w", data, err)
		}
		g.answers <- r
	}
}

var errNoAnswer = errors.New("no answer")

// ask makes a call, and returns its result.
func (g *guest) ask(ctx context.Context, nonce int64) (result string, err error) {
	frame := fmt.Appendf(nil, `{"method":"one","params":{"nonce":%d}}`, nonce)
	if err := g.conn.WriteMessage(websocket.TextMessage, frame); err != nil {
		return "", err
	}
	select {
	case r := <-g.answers:
		if r.Error != nil {
			return "", r.Error
		}
		return string(r.Result), nil
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(patience):
		return "", errNoAnswer
	}
}

// leave ends the connection, with a close frame or an RST.
func (g *guest) leave(inOrder bool) {
	if inOrder {
		_ = g.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience))
	} else if tcp, ok := g.conn.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = g.conn.Close()
}
