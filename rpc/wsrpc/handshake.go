package wsrpc

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/gorilla/websocket"
)

// upgrade makes a connection of a request, or refuses it and returns nil.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, addr netip.Addr) *conn {
	joinOffers(r.Header)
	if refuseOther(w, r) {
		return nil
	}
	c := newConn(s, addr)
	if !c.authorize(w, r) {
		return nil
	}
	h := &hijacker{ResponseWriter: w, timeout: s.options.HandshakeTimeout}
	ws, err := s.upgrader.Upgrade(h, r, nil)
	if err != nil {
		s.options.Sessions.Leave(&c.peer)
		s.options.Logger.Debug("websocket handshake failed", "addr", c.peer.Addr, "error", err)
		return nil
	}
	c.attach(ws, h)
	return c
}

// refuseOther answers a request that is no handshake of this protocol and
// reports whether it was none.
func refuseOther(w http.ResponseWriter, r *http.Request) bool {
	offered := websocket.Subprotocols(r)
	status, flaw := flawed(r)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, "this is a WebSocket endpoint, connect with GET")
	case !websocket.IsWebSocketUpgrade(r) || !r.ProtoAtLeast(1, 1):
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		refuse(w, http.StatusUpgradeRequired,
			"this is a WebSocket endpoint, connect with a WebSocket client to ws://… or wss://…, subprotocol "+Subprotocol)
	case flaw != "":
		w.Header().Set("Sec-Websocket-Version", "13")
		w.Header().Set("Connection", "close")
		refuse(w, status, flaw)
	case len(offered) > 0 && !slices.Contains(offered, Subprotocol):
		refuse(w, http.StatusBadRequest, "none of the subprotocols offered is known, offer "+Subprotocol+" or none")
	default:
		return false
	}
	return true
}

// refuseUpgrade answers what gorilla refuses.
func refuseUpgrade(w http.ResponseWriter, r *http.Request, status int, reason error) {
	text := strings.TrimPrefix(reason.Error(), "websocket: ")
	if status == http.StatusForbidden {
		text = forbidden(r)
	}
	w.Header().Set("Sec-Websocket-Version", "13")
	refuse(w, status, text)
}

// forbidden says why the origin of r is refused, and what to do.
func forbidden(r *http.Request) string {
	text := fmt.Sprintf("the origin %.100q may not connect, permit it with --allow-origin or wsrpc.AllowOrigins", r.Header.Get("Origin"))
	if Rebound(r) {
		text += "; of itself a server on a loopback address lets in only pages of localhost and of loopback addresses"
	}
	return text
}

func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // #nosec G705 -- plain text, and nosniff
}
