package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spgen/spgen/rpc"
)

// RefusedError is a server's refusal to open a WebSocket.
type RefusedError struct {
	Status     int           // of the HTTP response
	Body       string        // its beginning
	RetryAfter time.Duration // how long the server asks to wait; 0: it does not say
	hint       string
	err        *rpc.Error
}

// Unwrap returns the error with which the API refused the token, an *rpc.Error,
// or nil.
func (e *RefusedError) Unwrap() error {
	if e.err == nil {
		return nil
	}
	return e.err
}

// Is reports whether target is ErrUnauthorized and the server does not take the
// token.
func (e *RefusedError) Is(target error) bool {
	return target == ErrUnauthorized && e.Status == http.StatusUnauthorized
}

// Error gives the status, the body and what to do.
func (e *RefusedError) Error() string {
	s := fmt.Sprintf("the server answered %d %s", e.Status, http.StatusText(e.Status))
	if e.Body != "" {
		s += ": " + printable(e.Body)
	}
	if e.hint != "" {
		s += ": " + e.hint
	}
	return s
}

// maxRetryAfter is how many seconds of waiting are believed.
const maxRetryAfter = 24 * 60 * 60

// refusalHints say what to do about a status.
var refusalHints = map[int]string{
	http.StatusOK:                 "there is no WebSocket at this path; the default path is /ws",
	http.StatusUnauthorized:       "log in again and dial with the new token, by WithToken",
	http.StatusForbidden:          "is the Origin header, if you set one, on the server's list?",
	http.StatusNotFound:           "is the path right? The default is /ws",
	http.StatusMethodNotAllowed:   "there is no WebSocket at this path; the default path is /ws",
	http.StatusTooManyRequests:    "try again later",
	http.StatusBadGateway:         "is the server behind the proxy running?",
	http.StatusServiceUnavailable: "the server is starting, stopping or full: try again later",
	http.StatusGatewayTimeout:     "is the server behind the proxy running?",
}

// explain turns the error of a handshake into one that says what to do.
func explain(ctx context.Context, u *url.URL, err error, response *http.Response) error {
	if ctx.Err() != nil {
		return fmt.Errorf("no answer before the context ended: %w", ctx.Err())
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)
	}
	if errors.Is(err, websocket.ErrBadHandshake) && response != nil {
		return refusal(response)
	}
	var dns *net.DNSError
	var plain tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens there: is the server running? %w", err)
	case errors.As(err, &dns):
		return fmt.Errorf("is the host name right? %w", err)
	case errors.As(err, &plain):
		return fmt.Errorf("the server does not speak TLS: use ws://%s? %w", u.Host, err)
	case errors.As(err, &certificate):
		return fmt.Errorf("the server's certificate is not trusted: name its authority by WithTLSConfig: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("the server hung up: does it expect wss? %w", err)
	}
	return err
}

func refusal(response *http.Response) *RefusedError {
	// The library has read at most a kilobyte of it into memory.
	body, _ := io.ReadAll(response.Body)
	e := &RefusedError{Status: response.StatusCode, Body: string(body), hint: refusalHints[response.StatusCode]}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = min(time.Duration(seconds), maxRetryAfter) * time.Second
	}
	if a, err := parseAnswer(body); err == nil {
		e.err = a.err
	}
	if to := response.Header.Get("Location"); to != "" && response.StatusCode/100 == 3 {
		e.hint = "dial " + printable(to) + " instead, if you trust it"
	}
	return e
}

// printable returns s quoted: it comes from a server and ends up in logs.
func printable(s string) string {
	const most = 200
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}
