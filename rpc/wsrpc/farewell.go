package wsrpc

import (
	"errors"
	"fmt"
	"net"

	"github.com/gorilla/websocket"
)

// farewell is why a connection ends. It is an error so that the reader can
// return it.
type farewell struct {
	code   int    // of the close frame; 0: the client is gone, or gorilla sent one
	reason string // at most 120 bytes, for the client's developer
	abrupt bool   // answers that are not sent yet are dropped
}

// Why the server closes, besides what clients do wrong in a message.
var (
	goingAway    = farewell{code: websocket.CloseGoingAway, reason: "the server is shutting down, connect again"}
	slowConsumer = farewell{code: 4000, reason: "slow consumer: too many bytes of answers wait to be read", abrupt: true}
	silent       = farewell{code: 4001, reason: "silent: no ping was answered for two intervals", abrupt: true}
	stalled      = farewell{code: 4002, reason: "stalled: a message has begun and did not come whole in time"}
	flood        = farewell{code: websocket.ClosePolicyViolation, reason: "flood: more than ten times the rate limit, for seconds; wait as retry_after_ms says", abrupt: true}
	gone         = farewell{abrupt: true}
	vanished     = farewell{reason: "the client left without a close frame"}

	binaryMessage = farewell{code: websocket.CloseUnsupportedData, reason: "send text messages, " + Subprotocol + " has no binary ones"}
	notUTF8       = farewell{code: websocket.CloseInvalidFramePayloadData, reason: "a text message has to be UTF-8"}
)

// Error says why the connection ends, for logs.
func (f farewell) Error() string { return fmt.Sprintf("close %d: %s", f.code, f.reason) }

// farewellFor returns how to end a connection on which reading failed.
func farewellFor(err error, limit int) farewell {
	var own farewell
	var peer *websocket.CloseError
	var broken net.Error
	switch {
	case errors.As(err, &own):
		return own
	case websocket.IsCloseError(err, websocket.CloseAbnormalClosure): // which no frame may say
		return vanished
	case errors.As(err, &peer):
		return farewell{code: peer.Code}
	case errors.Is(err, websocket.ErrReadLimit):
		return farewell{code: websocket.CloseMessageTooBig, reason: fmt.Sprintf("a message may have %d bytes", limit)}
	case errors.As(err, &broken):
		return gone
	}
	return farewell{reason: err.Error()} // gorilla has made the close frame
}
