package browsertest

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/coder/websocket"
	"github.com/tidwall/gjson"
)

// stub serves docs, and a socket that answers as the test wants: answer returns a
// frame, or "" for none. Discover is answered from the docs.
func stub(t *testing.T, files fs.FS, answer func(c *websocket.Conn, frame gjson.Result) string) (origin string) {
	t.Helper()
	document, err := fs.ReadFile(files, "openrpc.json")
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(serve(t, files))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	mux := http.NewServeMux()
	mux.Handle("/docs/", proxy)
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"spgen.v1.json"}})
		if err != nil {
			return
		}
		defer c.CloseNow() //nolint:errcheck // it may be closed
		for {
			_, data, err := c.Read(context.Background())
			if err != nil {
				return
			}
			frame := gjson.ParseBytes(data)
			text := fmt.Sprintf(`{"seq":%s,"method":2,"result":%s}`, frame.Get("seq").Raw, document)
			if frame.Get("method").Int() != 2 {
				text = answer(c, frame)
			}
			if text == "" {
				continue
			}
			if err := c.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
				return
			}
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// answered is an answer to frame with members: a result or an error.
func answered(frame gjson.Result, members string) string {
	return fmt.Sprintf(`{"seq":%s,"method":%s,%s}`, frame.Get("seq").Raw, frame.Get("method").Raw, members)
}
