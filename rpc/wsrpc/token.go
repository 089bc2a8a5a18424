package wsrpc

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/gorilla/websocket"
)

// TicketPrefix begins the subprotocol in which browsers, whose pages cannot set
// headers, send a token: after it comes the token in base64url without padding.
const TicketPrefix = "spgen.token."

// maxTokenBytes bounds a token.
const maxTokenBytes = 4 << 10

// What is wrong with how a token was sent. They say nothing of the token.
var (
	tokenTwice      = &refusal{status: http.StatusBadRequest, text: "send one token: an Authorization header, or a subprotocol " + TicketPrefix + "…"}
	tokenTooLong    = &refusal{status: http.StatusBadRequest, text: "the token has more than 4096 bytes"}
	tokenUnreadable = &refusal{status: http.StatusBadRequest, text: "after " + TicketPrefix + " comes the token in base64url (RFC 4648, section 5) without padding"}
	tokenMalformed  = &refusal{status: http.StatusBadRequest, text: "a token consists of visible ASCII characters without blanks"}
	tokenUnwanted   = &refusal{status: http.StatusBadRequest, text: "this API takes no token with the handshake: connect without one"}
	noBearer        = &refusal{status: http.StatusUnauthorized, text: "the Authorization header has to be: Bearer, a blank, and the token"}
)

// tokenOf returns the token that comes with a handshake, or "". It does not look
// at the URL, which proxies and browsers write down. Basic is for a proxy in front.
func tokenOf(r *http.Request) (string, *refusal) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 1 {
		if scheme, _, _ := strings.Cut(headers[0], " "); strings.EqualFold(scheme, "Basic") {
			headers = nil
		}
	}
	var tickets []string
	for _, p := range websocket.Subprotocols(r) {
		if ticket, ok := strings.CutPrefix(p, TicketPrefix); ok {
			tickets = append(tickets, ticket)
		}
	}
	switch {
	case len(headers)+len(tickets) == 0:
		return "", nil
	case len(headers)+len(tickets) > 1:
		return "", tokenTwice
	case len(headers) == 1:
		return bearer(headers[0])
	}
	return ticket(tickets[0])
}

// bearer reads an Authorization header (RFC 6750, section 2.1).
func bearer(header string) (string, *refusal) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", noBearer
	}
	return checkToken(token)
}

// ticket reads what follows TicketPrefix.
func ticket(s string) (string, *refusal) {
	if base64.RawURLEncoding.DecodedLen(len(s)) > maxTokenBytes {
		return "", tokenTooLong
	}
	token, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(token) == 0 {
		return "", tokenUnreadable
	}
	return checkToken(string(token))
}

func checkToken(token string) (string, *refusal) {
	if len(token) > maxTokenBytes {
		return "", tokenTooLong
	}
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return "", tokenMalformed
		}
	}
	return token, nil
}
