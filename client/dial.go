package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
)

// subprotocol is the version of the wire protocol that this client speaks.
const subprotocol = "spgen.v1.json"

// handshakeTimeout bounds Dial where its context does not.
const handshakeTimeout = 15 * time.Second

// ioBuffer is the size of the WebSocket's read and write buffers.
const ioBuffer = 16 << 10

// Dial connects to the server at a ws or wss URL; http and https stand for
// them, and a URL without a path means /ws. ctx ends the attempt only, not the
// connection. Errors say what to do; a server that refuses is a *RefusedError.
func Dial(ctx context.Context, rawURL string, opts ...Option) (*Conn, error) {
	o := newOptions(opts)
	u, err := parseURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	l, err := openLink(ctx, u, o)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", publicURL(u), err)
	}
	l.start()
	c := &Conn{link: l, timeout: o.timeout, maxRequest: o.maxRequest}
	if o.reconnect {
		c.keeper = keep(u, o, l)
	}
	return c, nil
}

// openLink opens a WebSocket. Its link is not started.
func openLink(ctx context.Context, u *url.URL, o *options) (*link, error) {
	header, err := o.handshakeHeader(ctx)
	if err != nil {
		return nil, err
	}
	s := &stream{}
	ws, response, err := o.dialer(ctx, s).DialContext(ctx, u.String(), header)
	if err == nil {
		err = checkHandshake(ws, response)
	}
	if err == nil {
		err = s.settle()
	}
	if err != nil {
		if s.Conn != nil {
			s.abort()
		}
		return nil, explain(ctx, u, err, response)
	}
	ws.SetReadLimit(o.maxMessage)
	return newLink(ws, s, o), nil
}

// dialer returns a dialer that leaves its network connection in s. The end of
// ctx interrupts the handshake, which the dialer by itself would not.
func (o *options) dialer(ctx context.Context, s *stream) *websocket.Dialer {
	return &websocket.Dialer{
		Proxy:           o.proxy,
		TLSClientConfig: o.tls,
		Subprotocols:    []string{subprotocol},
		ReadBufferSize:  ioBuffer,
		WriteBufferSize: ioBuffer,
		NetDialContext: func(dialCtx context.Context, network, address string) (net.Conn, error) {
			conn, err := o.netDial(dialCtx, network, address)
			if err != nil {
				return nil, err
			}
			s.Conn = conn
			s.release = context.AfterFunc(ctx, s.abort)
			return s, nil
		},
	}
}

// checkHandshake refuses what the WebSocket library lets through: a server
// that speaks another protocol, and compression, whose output no limit bounds.
func checkHandshake(ws *websocket.Conn, response *http.Response) error {
	if got := ws.Subprotocol(); got != subprotocol {
		return fmt.Errorf("the server speaks %s, not %s: is it a server that spgen generated?", printable(got), subprotocol)
	}
	if len(response.Header.Values("Sec-Websocket-Extensions")) > 0 {
		return errors.New("the server switched a WebSocket extension on that was not offered")
	}
	return nil
}

// parseURL checks rawURL and completes it.
func parseURL(rawURL string) (*url.URL, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err // the URL itself may hold a secret
		}
		return nil, fmt.Errorf("the URL is malformed: %w", err)
	}
	scheme, ok := schemes[u.Scheme]
	switch {
	case !ok || u.Host == "":
		return nil, errors.New("the URL must look like ws://host:port/ws or wss://host/ws")
	case u.User != nil:
		return nil, errors.New("the URL may not hold a user or password: send an Authorization header by WithHeader")
	}
	u.Scheme = scheme
	u.Fragment = ""
	if u.Path == "" {
		u.Path = "/ws"
	}
	return u, nil
}

var schemes = map[string]string{"ws": "ws", "http": "ws", "wss": "wss", "https": "wss"}

// publicURL returns u without its query, which may hold a secret.
func publicURL(u *url.URL) string {
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}
