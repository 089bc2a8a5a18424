package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spf13/cobra"
)

const defaultURL = "ws://127.0.0.1:8080/ws"

type call struct {
	url     string
	timeout time.Duration
	then    []string
}

func newCall(env environment) *cobra.Command {
	var c call
	cmd := &cobra.Command{
		Use:   "call METHOD [PARAMS]",
		Short: "Send one request to a server and print the answer",
		Long: `Send one request to a server and print the answer frame. METHOD is an ID or a
name, PARAMS a JSON object.

--then sends another request over the same connection afterwards, so that it has
the session that the first one opened; it may be repeated:

  spgen call Login '{"username":"krumplee","password":"mypass"}' --then 'ListChats'
  spgen call Login '{…}' --then 'SendMessage {"chat_id":"1","body":"hello"}'`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), env, args) },
	}
	cmd.Flags().StringVar(&c.url, "url", defaultURL, "the server's socket")
	cmd.Flags().DurationVar(&c.timeout, "timeout", 30*time.Second, "how long to wait for an answer")
	cmd.Flags().StringArrayVar(&c.then, "then", nil, "a further request, \"METHOD PARAMS\"")
	return cmd
}

func (c *call) run(ctx context.Context, env environment, args []string) error {
	requests, err := c.requests(args)
	if err != nil {
		return usage(err)
	}
	if u, err := url.Parse(c.url); err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		return usage(fmt.Errorf("--url %s: a server's socket is ws://host:port/ws, or wss:// with TLS", c.url))
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := c.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // the answers are here
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	failed := false
	for _, request := range requests {
		answer, err := exchange(conn, request.frame)
		if err != nil {
			return c.explain(ctx, request, err)
		}
		fmt.Fprintf(env.stdout, "%s\n", answer) //nolint:errcheck // best effort
		failed = failed || isError(answer)
	}
	if failed {
		return &exitError{code: exitFailed}
	}
	return nil
}

func (c *call) dial(ctx context.Context) (*websocket.Conn, error) {
	dialer := websocket.Dialer{Subprotocols: []string{"spgen.v1.json"}}
	conn, response, err := dialer.DialContext(ctx, c.url, nil)
	if err != nil && response != nil {
		return nil, fmt.Errorf("connect to %s: the server answered %s", c.url, response.Status)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w\nhint: is the server running? `make run` starts it", c.url, err)
	}
	return conn, nil
}

// explain says why there is no answer to a request.
func (c *call) explain(ctx context.Context, r request, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("no answer to %s within %s: --timeout gives it longer", r.method, c.timeout)
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted while waiting for the answer to %s", r.method)
	}
	return err
}

// request is one frame to send.
type request struct {
	method string
	frame  []byte
}

// requests returns what to send.
func (c *call) requests(args []string) ([]request, error) {
	params := "{}"
	if len(args) == 2 {
		params = args[1]
	}
	first, err := newRequest(args[0], params)
	if err != nil {
		return nil, err
	}
	requests := []request{first}
	for _, then := range c.then {
		method, params, found := strings.Cut(strings.TrimSpace(then), " ")
		if method == "" {
			return nil, errors.New("--then: name a method")
		}
		if !found {
			params = "{}"
		}
		next, err := newRequest(method, params)
		if err != nil {
			return nil, err
		}
		requests = append(requests, next)
	}
	return requests, nil
}

func newRequest(method, params string) (request, error) {
	if !json.Valid([]byte(params)) {
		return request{}, fmt.Errorf("the parameters of %s are not JSON: %s", method, params)
	}
	name, err := json.Marshal(method)
	if err != nil {
		return request{}, err
	}
	if _, err := strconv.ParseUint(method, 10, 32); err == nil {
		name = []byte(method)
	}
	return request{method, fmt.Appendf(nil, `{"method": %s, "params": %s}`, name, params)}, nil
}

// exchange sends a frame and reads its answer.
func exchange(conn *websocket.Conn, frame []byte) ([]byte, error) {
	if err := conn.WriteMessage(websocket.TextMessage, frame); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	_, answer, err := conn.ReadMessage()
	if err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	return answer, nil
}

func isError(answer []byte) bool {
	var a struct {
		Error json.RawMessage `json:"error"`
	}
	return json.Unmarshal(answer, &a) == nil && a.Error != nil
}
