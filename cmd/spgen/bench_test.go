package main

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/gorilla/websocket"
)

var seqOf = regexp.MustCompile(`"seq":(\d+)`)

// answerBench is a server that answers with the request's seq, as the name of
// the method says: "Fail…" with an error, "Hang" not at all, "Wrong" with the seq
// of another request, "Leave" by leaving, "Half" every other one with an error.
func answerBench(w http.ResponseWriter, r *http.Request) {
	var upgrader websocket.Upgrader
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	for n := 0; ; n++ {
		_, request, err := conn.ReadMessage()
		if err != nil {
			return
		}
		text := string(request)
		seq := seqOf.FindStringSubmatch(text)[1]
		answer := `{"seq":` + seq + `,"method":1,"result":{}}`
		switch {
		case strings.Contains(text, `"Fail`), strings.Contains(text, `"Half"`) && n%2 == 1:
			answer = `{"seq": ` + seq + `, "method": 1, "error": {"code": 7, "name": "bad", "message": "No."}}`
		case strings.Contains(text, `"Wrong"`):
			answer = `{"seq":9` + seq + `,"method":1,"result":{}}`
		case strings.Contains(text, `"Hang"`):
			continue
		case strings.Contains(text, `"Leave"`):
			return
		}
		if err := conn.WriteMessage(websocket.TextMessage, []byte(answer)); err != nil {
			return
		}
	}
}
