package wsrpc

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

// Authorize says what a token that comes with a handshake is for: a method that
// opens a session.
type Authorize struct {
	Method uint32 // its ID
	Param  string // the parameter that the token is
}

// tokenDesk bounds how many handshakes have their tokens looked at.
type tokenDesk struct {
	slots chan struct{}
	ctx   context.Context // ends when there is no time left for them
	close context.CancelFunc
}

func newTokenDesk(slots int) tokenDesk {
	ctx, cancel := context.WithCancel(context.Background())
	return tokenDesk{make(chan struct{}, slots), ctx, cancel}
}

// authorize opens the session for the token that comes with a handshake, if one
// does, or answers why not and returns false.
func (c *conn) authorize(w http.ResponseWriter, r *http.Request) bool {
	token, no := tokenOf(r)
	o := &c.server.options
	switch {
	case no == nil && token == "":
		return true
	case !o.CheckOrigin(r): // before the database is asked for a page that may not connect
		refuse(w, http.StatusForbidden, forbidden(r))
		return false
	case no == nil && o.Authorize.Method == 0:
		no = tokenUnwanted
	}
	if no != nil {
		if no.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		refuse(w, no.status, no.text)
		return false
	}
	select {
	case c.server.tokens.slots <- struct{}{}:
		defer func() { <-c.server.tokens.slots }()
	default:
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "too many clients connect at this moment, try again")
		return false
	}
	if err := c.openWith(r.Context(), token); err != nil {
		o.Sessions.Leave(&c.peer)
		refuseToken(w, o.Authorize.Method, err)
		return false
	}
	return true
}

// openWith calls the method that opens a session with a token.
func (c *conn) openWith(ctx context.Context, token string) *rpc.Error {
	o := &c.server.options
	ctx, cancel := context.WithTimeout(ctx, o.HandshakeTimeout)
	defer cancel()
	defer context.AfterFunc(c.server.tokens.ctx, cancel)()
	params, err := json.Marshal(map[string]string{o.Authorize.Param: token})
	if err != nil {
		return errNoTime
	}
	answer := make(handshakeAnswer, 1)
	call := &rpc.Call{ID: o.Authorize.Method, Params: params, Peer: &c.peer, Answer: answer}
	call.Meta.Timeout = o.HandshakeTimeout
	c.server.dispatcher.Dispatch(ctx, call)
	select {
	case err := <-answer:
		if err == nil && c.peer.Session() == nil {
			return errNoSession
		}
		return err
	case <-ctx.Done(): // whoever has the call answers it yet, to nobody
		return errNoTime
	}
}

var (
	errNoTime    = rpc.NewError(rpc.CodeDeadlineExceeded, "the token could not be looked at in time")
	errNoSession = rpc.NewError(rpc.CodeUnauthenticated, "the token opened no session")
)

// handshakeAnswer receives the answer of a handshake's call.
type handshakeAnswer chan *rpc.Error

// AnswerCall implements rpc.Answerer.
func (a handshakeAnswer) AnswerCall(_ *rpc.Call, err *rpc.Error) { a <- err }

// refusals are the statuses of errors that say nothing against the token.
var refusals = map[rpc.Code]int{
	rpc.CodeRateLimited: http.StatusTooManyRequests,

	rpc.CodeOverloaded:       http.StatusServiceUnavailable,
	rpc.CodeUnavailable:      http.StatusServiceUnavailable,
	rpc.CodeConflict:         http.StatusServiceUnavailable,
	rpc.CodeDeadlineExceeded: http.StatusServiceUnavailable,
	rpc.CodeCancelled:        http.StatusServiceUnavailable,

	rpc.CodeInternal:          http.StatusInternalServerError,
	rpc.CodeSchemaDrift:       http.StatusInternalServerError,
	rpc.CodeContractViolation: http.StatusInternalServerError,
	rpc.CodeOutcomeUnknown:    http.StatusInternalServerError,
	rpc.CodeResultTooLarge:    http.StatusInternalServerError,
	rpc.CodeMethodNotFound:    http.StatusInternalServerError,
}

// refuseToken answers a handshake with what the method answered.
func refuseToken(w http.ResponseWriter, method uint32, err *rpc.Error) {
	status, ok := refusals[err.Code]
	if !ok {
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter(err)))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(wire.AppendError(nil, 0, false, method, err), '\n')) // #nosec G705 -- JSON, and nosniff
}

// retryAfter returns how many seconds a client should wait.
func retryAfter(err *rpc.Error) int {
	var data struct {
		Milliseconds int `json:"retry_after_ms"`
	}
	_ = json.Unmarshal(err.Data, &data) // data without it has 0
	return min(max(1, (data.Milliseconds+999)/1000), 3600)
}
