package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spgen/spgen/rpc/rawsock"
)

// dial connects to a server. Of gorilla/websocket only the handshake is used.
func dial(ctx context.Context, raw string) (net.Conn, framing, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, nil, err
	}
	if u.Scheme == "http" {
		return dialHTTP(ctx, u)
	}
	dialer := websocket.Dialer{Subprotocols: []string{"spgen.v1.json"}, ReadBufferSize: 512, WriteBufferSize: 512}
	conn, response, err := dialer.DialContext(ctx, raw, nil)
	if err != nil && response != nil {
		return nil, nil, fmt.Errorf("connect to %s: the server answered %s", raw, response.Status)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: connect to %s: %w", ErrUnreachable, raw, err)
	}
	return cheap(conn.NetConn()), &webSocket{}, nil
}

func dialHTTP(ctx context.Context, u *url.URL) (net.Conn, framing, error) {
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "80")
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: connect to %s: %w", ErrUnreachable, u, err)
	}
	return cheap(conn), &httpFraming{path: u.RequestURI(), host: u.Host}, nil
}

// rawConn is a socket that the scheduler is not told of, but where a write has
// to wait.
type rawConn struct{ *rawsock.Conn }

// cheap returns conn in the form that costs the client least.
func cheap(conn net.Conn) net.Conn {
	if raw := rawsock.New(conn); raw != nil {
		return rawConn{raw}
	}
	return conn
}

func (c rawConn) Write(p []byte) (int, error) {
	n, err := c.TryWrite(p)
	if err != nil || n == len(p) {
		return n, err
	}
	more, err := c.Conn.Write(p[n:])
	return n + more, err
}

// Idle opens n connections that send nothing, until close is called.
func Idle(ctx context.Context, raw string, n int) (closeAll func(), err error) {
	conns := make([]net.Conn, n)
	closeAll = func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	}
	err = inParallel(ctx, n, func(i int) error {
		conn, _, err := dial(ctx, raw)
		conns[i] = conn
		return err
	})
	if err != nil {
		closeAll()
		return nil, err
	}
	return closeAll, nil
}

// head returns the start of a request's frame, up to seq, and what comes between
// seq and the parameters.
func (r *Request) head() (head, middle string) {
	method := r.Method
	if _, err := strconv.ParseUint(method, 10, 32); err != nil {
		name, _ := json.Marshal(method) // a string always works
		method = string(name)
	}
	return `{"seq":`, `,"method":` + method + `,"params":`
}

// login makes one request over a fresh connection and waits for its answer.
func (c *connection) login(r *Request, numbers numbers, timeout time.Duration) error {
	if err := c.conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	head, middle := r.head()
	body := r.Params.appendTo([]byte(head+"0"+middle), numbers)
	if _, err := c.conn.Write(c.line.framing.append(nil, append(body, '}'))); err != nil {
		return fmt.Errorf("%w: %w", ErrLogin, err)
	}
	for {
		err := c.read(func(message []byte) error {
			a, err := parseAnswer(message)
			switch {
			case err != nil:
				return err
			case a.failed != "":
				return fmt.Errorf("%w: %s was answered %s", ErrLogin, r.Method, message)
			}
			return errAnswered
		})
		if errors.Is(err, errAnswered) {
			return c.conn.SetDeadline(time.Time{})
		}
		if err != nil && !errors.Is(err, ErrLogin) {
			return fmt.Errorf("%w: no answer to %s: %w", ErrLogin, r.Method, err)
		}
		if err != nil {
			return err
		}
	}
}

var errAnswered = errors.New("answered")
