//go:build linux

package endure_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spgen/spgen/rpc"
)

// reply is what a request is answered with. Neither of both: the connection ended.
type reply struct {
	Seq    uint64          `json:"seq"`
	Result json.RawMessage `json:"result"`
	Error  *rpc.Error      `json:"error"`
}

func (r *reply) lost() bool { return r.Result == nil && r.Error == nil }

// talker is a client's connection, and the next one when it has ended.
type talker struct {
	address func() string // where the server is now

	mu      sync.Mutex // guards what follows, and sending
	conn    *websocket.Conn
	seq     uint64
	waiting map[uint64]chan reply // for their answers on conn
	reading sync.WaitGroup
}

const patience = 2 * time.Minute // for anything that must come

// ask sends a request and waits for its answer. sent is false if none was sent.
func (k *talker) ask(method string, nonce int64, meta string) (r reply, sent bool) {
	answer := make(chan reply, 1)
	k.mu.Lock()
	if err := k.connect(); err != nil {
		k.mu.Unlock()
		return r, false
	}
	k.seq++
	k.waiting[k.seq] = answer
	frame := fmt.Appendf(nil, `{"method":%q,"seq":%d,"params":{"nonce":%d}%s}`, method, k.seq, nonce, meta)
	if err := k.conn.WriteMessage(websocket.TextMessage, frame); err != nil {
		_ = k.conn.Close() // its reader answers
	}
	k.mu.Unlock()
	return <-answer, true
}

var dialer = websocket.Dialer{HandshakeTimeout: patience, Subprotocols: []string{"spgen.v1.json"}}

// connect makes a connection unless there is one. k.mu is held.
func (k *talker) connect() error {
	if k.conn != nil {
		return nil
	}
	conn, _, err := dialer.Dial("ws://"+k.address()+"/ws", nil)
	if err != nil {
		return err
	}
	waiting := make(map[uint64]chan reply)
	k.conn, k.waiting = conn, waiting
	k.reading.Go(func() { k.read(conn, waiting) })
	return nil
}

// read hands out the answers, until the connection ends.
func (k *talker) read(conn *websocket.Conn, waiting map[uint64]chan reply) {
	for {
		var r reply
		if err := conn.ReadJSON(&r); err != nil {
			break
		}
		k.mu.Lock()
		answer := waiting[r.Seq]
		delete(waiting, r.Seq)
		k.mu.Unlock()
		if answer == nil {
			panic(fmt.Sprintf("nobody waits for the answer to %d", r.Seq))
		}
		answer <- r
	}
	_ = conn.Close()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.conn == conn {
		k.conn = nil
	}
	for _, answer := range waiting {
		answer <- reply{}
	}
}

// reset ends the connection with an RST.
func (k *talker) reset() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.conn == nil {
		return
	}
	if tcp, ok := k.conn.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = k.conn.Close()
}

// close ends the connection in order.
func (k *talker) close() error {
	k.mu.Lock()
	var err error
	if k.conn != nil {
		err = k.conn.Close()
	}
	if len(k.waiting) > 0 {
		err = errors.Join(err, fmt.Errorf("%d requests have no answer", len(k.waiting)))
	}
	k.mu.Unlock()
	k.reading.Wait()
	return err
}
