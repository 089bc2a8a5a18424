package wsrpc

import (
	"net/http"
	"strconv"
)

// refusal is why a handshake makes no connection.
type refusal struct {
	status int
	after  int // seconds until it is worth trying again; 0: it is not
	text   string
}

var (
	refuseDraining = refusal{http.StatusServiceUnavailable, 1, "the server is shutting down, connect again in a moment"}
	refuseFull     = refusal{http.StatusServiceUnavailable, 5, "the server has as many connections as it may have, connect again later"}
	refuseAddress  = refusal{http.StatusTooManyRequests, 5, "your address has as many connections as it may have, close some or connect again later"}
)

// answer refuses a request, and has its socket closed, of which there may be too many.
func (r *refusal) answer(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(r.after))
	w.Header().Set("Connection", "close")
	refuse(w, r.status, r.text)
}
