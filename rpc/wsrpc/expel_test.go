package wsrpc_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// TestExpelled: a connection closes when its session ends, is revoked or does not
// come; what is in flight is answered before.
func TestExpelled(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		token  string
		sends  []string // at half a minute
		wants  []string
		code   int
		reason string
		within time.Duration // from the handshake
	}{
		{"never logs in", "", nil, nil, 1008, "no session within 1m0s", 65 * time.Second},
		{"pings only", "", []string{`{"method":1,"seq":1}`}, []string{`{"seq":1,"method":1,"result":…`}, 1008, "no session", 65 * time.Second},
		{"expires", "1m", []string{`{"method":101,"seq":1}`}, []string{`{"seq":1,"method":101,"result":"1m"}`}, 4401, "expired", 65 * time.Second},
		{"logs in too late", "1m", []string{`{"method":100,"seq":1,"params":{"token":"100s"}}`}, []string{`{"seq":1,"method":100,"result":{}}`}, 4401, "expired", 135 * time.Second},
		{"a call outlives it", "50s", []string{`{"method":101,"seq":1,"meta":{"timeout_ms":20500}}`}, []string{`{"seq":1,"method":101,"error":{"code":-32004…`}, 4401, "expired", 55 * time.Second},
		{"a call goes on", "50s", []string{`{"method":101,"seq":1,"meta":{"timeout_ms":30000}}`}, nil, 4401, "expired", 55 * time.Second},
		{"revoked", "ada", nil, nil, 4403, "revoked", 605 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				dispatcher, o := tokens(t, wsrpc.Options{}, rpc.SessionsOptions{AuthTimeout: time.Minute})
				_, connect := servePipes(t, dispatcher, o)
				ws := connect()
				start := time.Now()
				if tt.token != "" {
					send(t, ws, `{"method":100,"params":{"token":"`+tt.token+`"}}`)
					expect(t, ws, `{"method":100,"result":{}}`)
				}
				time.AfterFunc(10*time.Minute, func() {
					o.Sessions.Revoke(func(s *rpc.Session) bool { return s.Role == "ada" })
				})
				time.AfterFunc(30*time.Second, func() { send(t, ws, tt.sends...) })
				expect(t, ws, tt.wants...)
				expectClose(t, ws, tt.code, tt.reason)
				if d := time.Since(start); d > tt.within {
					t.Errorf("closed after %v", d)
				}
			})
		})
	}
}
