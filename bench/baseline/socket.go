package baseline

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

const (
	maxMessage = 64 << 10
	maxOpen    = 32 // requests of a connection
)

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// ServeSocket answers the requests of a WebSocket connection: a goroutine for
// each, up to maxOpen, and one that writes.
func (m *Methods) ServeSocket(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close() //nolint:errcheck // nothing is left to lose
	ctx, cancel := context.WithCancel(context.Background())
	answers := make(chan []byte, maxOpen)
	var writer, requests sync.WaitGroup
	writer.Go(func() {
		defer cancel()
		for answer := range answers {
			if ctx.Err() == nil && conn.WriteMessage(websocket.TextMessage, answer) != nil {
				cancel()
			}
		}
	})
	m.read(ctx, conn, answers, &requests)
	cancel()
	requests.Wait()
	close(answers)
	writer.Wait()
}

func (m *Methods) read(ctx context.Context, conn *websocket.Conn, answers chan<- []byte, requests *sync.WaitGroup) {
	conn.SetReadLimit(maxMessage)
	open := make(chan struct{}, maxOpen)
	for {
		_, body, err := conn.ReadMessage()
		if err != nil {
			return
		}
		open <- struct{}{}
		requests.Go(func() {
			defer func() { <-open }()
			if answer, err := json.Marshal(m.Answer(ctx, body)); err == nil {
				answers <- answer
			}
		})
	}
}

// ServePost answers a request that is the body of a POST.
func (m *Methods) ServePost(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	answer, err := json.Marshal(m.Answer(r.Context(), body))
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	_, _ = w.Write(answer) // else the client has gone
}

// ServeEcho sends back every message of a WebSocket connection.
func ServeEcho(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close() //nolint:errcheck // nothing is left to lose
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil || conn.WriteMessage(kind, message) != nil {
			return
		}
	}
}
