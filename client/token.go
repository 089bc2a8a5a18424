package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// ErrUnauthorized is what a *RefusedError is when the server does not take the
// token, so that a new one has to be had by logging in.
var ErrUnauthorized = errors.New("the server does not take the token")

// WithToken sends a token with the handshake, so that the connection has the
// token's session from its beginning. Refused, Dial returns a *RefusedError that
// is ErrUnauthorized, and the API's own error where there is one. Default: none.
func WithToken(token string) Option {
	return WithTokenSource(func(context.Context) (string, error) { return token, nil })
}

// WithTokenSource is WithToken for tokens that change: source is asked before
// each attempt to connect, with that attempt's context. "" connects without a
// session; an error ends the attempt. Default: none.
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return optionFunc(func(o *options) { o.token = source })
}

// maxToken is the longest token that servers take.
const maxToken = 4 << 10

// handshakeHeader returns the headers of one attempt to connect.
func (o *options) handshakeHeader(ctx context.Context) (http.Header, error) {
	if o.token == nil {
		return o.header, nil
	}
	token, err := o.token(ctx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("get a token: %w", err)
	case token == "":
		return o.header, nil
	case len(token) > maxToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, fmt.Errorf("the token is none: want up to %d visible ASCII characters", maxToken)
	case o.header.Get("Authorization") != "":
		return nil, errors.New("there is an Authorization header by WithHeader beside the token: leave one of them out")
	}
	header := o.header.Clone()
	header.Set("Authorization", "Bearer "+token)
	return header, nil
}
