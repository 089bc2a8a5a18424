package baseline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Request is what a client sends.
type Request struct {
	Method int             `json:"method"`
	Seq    *int64          `json:"seq"`
	Params json.RawMessage `json:"params"`
}

// Response is what it gets: Result or Error.
type Response struct {
	Seq    *int64 `json:"seq,omitempty"`
	Method int    `json:"method"`
	Result any    `json:"result,omitempty"`
	Error  *Error `json:"error,omitempty"`
}

// Error says what went wrong.
type Error struct {
	Code    int    `json:"code"`
	Name    string `json:"name"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Name + ": " + e.Message }

// User is a row of app.users.
type User struct {
	ID      int64          `json:"id,string"`
	Name    string         `json:"name"`
	Email   string         `json:"email"`
	Created time.Time      `json:"created"`
	Balance pgtype.Numeric `json:"balance"`
	Tags    []string       `json:"tags"`
}

// Methods answers requests from a database.
type Methods struct{ Pool *pgxpool.Pool }

type method func(m *Methods, ctx context.Context, params json.RawMessage) (any, error)

// methods have the IDs of bench/compare's API.
var methods = map[int]method{
	1: (*Methods).ping, 1000: (*Methods).user, 1001: (*Methods).users, 1002: (*Methods).addEvent, 1003: (*Methods).slow,
}

// Answer handles one request.
func (m *Methods) Answer(ctx context.Context, body []byte) Response {
	var request Request
	if err := json.Unmarshal(body, &request); err != nil {
		return Response{Error: &Error{-32700, "parse_error", err.Error()}}
	}
	response := Response{Seq: request.Seq, Method: request.Method}
	handle, ok := methods[request.Method]
	if !ok {
		response.Error = &Error{-32601, "method_not_found", fmt.Sprintf("there is no method %d", request.Method)}
		return response
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var err error
	if response.Result, err = handle(m, ctx, request.Params); err != nil {
		response.Result, response.Error = nil, asError(err)
	}
	return response
}

func asError(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return &Error{-32603, "internal", "internal error"}
}

// read decodes parameters.
func read(params json.RawMessage, into any) error {
	if err := json.Unmarshal(params, into); err != nil {
		return &Error{-32602, "invalid_params", err.Error()}
	}
	return nil
}

func (m *Methods) ping(context.Context, json.RawMessage) (any, error) {
	return struct {
		Time time.Time `json:"time"`
	}{time.Now().UTC()}, nil
}

func (m *Methods) user(ctx context.Context, params json.RawMessage) (any, error) {
	var p struct {
		ID int64 `json:"id"`
	}
	if err := read(params, &p); err != nil {
		return nil, err
	}
	rows, err := m.Pool.Query(ctx, "select id, name, email, created, balance, tags from api.user_by_id($1)", p.ID)
	if err != nil {
		return nil, err
	}
	user, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[User])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, &Error{1, "not_found", "There is no such user."}
	}
	return user, err
}

func (m *Methods) users(ctx context.Context, params json.RawMessage) (any, error) {
	var p struct {
		N int `json:"n"`
	}
	if err := read(params, &p); err != nil {
		return nil, err
	}
	rows, err := m.Pool.Query(ctx, "select id, name, email, created, balance, tags from api.first_users($1)", p.N)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[User])
}

func (m *Methods) addEvent(ctx context.Context, params json.RawMessage) (any, error) {
	var p struct {
		UserID int64  `json:"user_id"`
		Body   string `json:"body"`
	}
	if err := read(params, &p); err != nil {
		return nil, err
	}
	var id int64
	err := m.Pool.QueryRow(ctx, "select api.add_event($1, $2)", p.UserID, p.Body).Scan(&id)
	return fmt.Sprint(id), err
}

func (m *Methods) slow(ctx context.Context, params json.RawMessage) (any, error) {
	var p struct {
		Seconds float64 `json:"seconds"`
	}
	if err := read(params, &p); err != nil {
		return nil, err
	}
	_, err := m.Pool.Exec(ctx, "select api.slow($1)", p.Seconds)
	return true, err
}
