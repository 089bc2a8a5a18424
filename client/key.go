package client

import (
	"context"
	"crypto/rand"
	"encoding/base64"
)

type keyOf struct{}

// WithKey returns a context whose calls are sent with key: the server runs a
// write with the same key, method and params once, and answers it each time. It
// is for keys that outlive the program: a new one for each write, stored before
// it is sent, and unguessable. With [WithReconnect] calls have keys anyway.
// A key has 1 to 64 printable ASCII characters; docs/keys.md says what it does.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyOf{}, key)
}

// givenKey returns the key by WithKey, or "".
func givenKey(ctx context.Context) string {
	key, _ := ctx.Value(keyOf{}).(string)
	return key
}

// newKey returns a key that nobody else has: 16 random bytes.
func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
