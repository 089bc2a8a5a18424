package wsrpc

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// flawed says what is wrong with a handshake that gorilla would accept, and
// with which status to refuse it; "" if nothing is. The sections are RFC 6455's.
func flawed(r *http.Request) (status int, text string) {
	versions, keys := r.Header.Values("Sec-Websocket-Version"), r.Header.Values("Sec-Websocket-Key")
	switch {
	case r.ContentLength != 0: // what follows the head would be taken for frames, or the other way round
		return http.StatusBadRequest, "the handshake has a body, send none"
	case len(versions) != 1 || versions[0] != "13": // 4.2.2, 4.4
		return http.StatusUpgradeRequired, "send Sec-WebSocket-Version: 13, once"
	case len(keys) > 1: // 11.3.1
		return http.StatusBadRequest, "send one Sec-WebSocket-Key"
	}
	return 0, ""
}

// joinOffers makes one header of those that offer subprotocols. There may be
// several, section 11.3.4, of which gorilla reads the first.
func joinOffers(h http.Header) {
	if offers := h.Values("Sec-Websocket-Protocol"); len(offers) > 1 {
		h.Set("Sec-Websocket-Protocol", strings.Join(offers, ", "))
	}
}

// hasty is the answer to a client that sends frames without waiting for the
// answer of its handshake, which section 4.1 forbids.
const hasty = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" +
	"wait for the answer of the handshake before you send anything\n"

// refuseHasty answers on a connection that was taken over. gorilla closes it.
func refuseHasty(c net.Conn, timeout time.Duration) {
	_ = c.SetWriteDeadline(time.Now().Add(timeout))
	_, _ = io.WriteString(c, hasty)
}
