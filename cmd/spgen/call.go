package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	dialer := websocket.Dialer{Subprotocols: []string{"spgen.v1.json"}}
	conn, response, err := dialer.DialContext(ctx, c.url, nil)
	if err != nil {
		if response != nil {
			return fmt.Errorf("connect to %s: the server answered %s", c.url, response.Status)
		}
		return fmt.Errorf("connect to %s: %w\nhint: is the server running? `make run` starts it", c.url, err)
	}
	defer conn.Close() //nolint:errcheck // the answers are here
	failed := false
	for _, request := range requests {
		answer, err := exchange(ctx, conn, request)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "%s\n", answer) //nolint:errcheck // best effort
		failed = failed || isError(answer)
	}
	if failed {
		return &exitError{code: exitFailed}
	}
	return nil
}

// requests returns the frames to send.
func (c *call) requests(args []string) ([][]byte, error) {
	params := "{}"
	if len(args) == 2 {
		params = args[1]
	}
	first, err := frame(args[0], params)
	if err != nil {
		return nil, err
	}
	frames := [][]byte{first}
	for _, then := range c.then {
		method, params, found := strings.Cut(strings.TrimSpace(then), " ")
		if !found {
			params = "{}"
		}
		next, err := frame(method, params)
		if err != nil {
			return nil, err
		}
		frames = append(frames, next)
	}
	return frames, nil
}

func frame(method, params string) ([]byte, error) {
	if !json.Valid([]byte(params)) {
		return nil, fmt.Errorf("the parameters of %s are not JSON: %s", method, params)
	}
	name, err := json.Marshal(method)
	if err != nil {
		return nil, err
	}
	if _, err := strconv.ParseUint(method, 10, 32); err == nil {
		name = []byte(method)
	}
	return fmt.Appendf(nil, `{"method": %s, "params": %s}`, name, params), nil
}

// exchange sends a request and reads its answer.
func exchange(ctx context.Context, conn *websocket.Conn, request []byte) ([]byte, error) {
	deadline, _ := ctx.Deadline()
	if err := errors.Join(conn.SetWriteDeadline(deadline), conn.SetReadDeadline(deadline)); err != nil {
		return nil, err
	}
	if err := conn.WriteMessage(websocket.TextMessage, request); err != nil {
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
