package wsrpc_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// TestOverTLS has tests run once more with TLS, where nothing reads or writes
// the socket but crypto/tls.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T){
		"answers": TestAnswers, "in order": TestWithoutSeqInOrder, "every answer belongs": TestEveryAnswerBelongs,
		"cancel": TestCancelBySeq, "barrier": TestSessionChangeIsBarrier, "queue": TestQueueIsBounded,
		"fragments": TestFragmentsAndControlFrames, "frame sizes": TestFrameSizes,
		"mistakes": TestClientsMistakesClose, "client closes": TestClientCloses, "half": TestClientHalfCloses,
		"vanishes": TestClientVanishes, "hostile frames": TestHostileFrames, "leaves parked": TestClientLeavesParked,
		"drain": TestShutdownDrains, "parked are answered": TestShutdownAnswersParked, "drain gives up": TestShutdownGivesUp,
		"slow client": TestSlowClientDelaysNobody, "slow consumer": TestSlowConsumer, "write timeout": TestWriteTimeout,
		"silent": TestSilentClient, "lively": TestLivelyClientStays, "sweep": TestSweep, "another client": TestCoderClient,
		"slow messages": TestSlowMessagesStay, "frames": TestFrames, "stalled": testStalled,
	} {
		t.Run(name, test)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	s := wsrpc.NewServer(newFake(), quietly(wsrpc.Options{}))
	web := httptest.NewTLSServer(s)
	defer web.Close()
	dialer := websocket.Dialer{TLSClientConfig: web.Client().Transport.(*http.Transport).TLSClientConfig}
	ws, _, err := dialer.Dial("wss"+strings.TrimPrefix(web.URL, "https"), http.Header{"Origin": {web.URL}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	send(t, ws, `{"method":10}`)
	expect(t, ws, `{"method":10,"result":{}}`)
	if err := ws.WriteMessage(websocket.BinaryMessage, nil); err != nil {
		t.Fatal(err)
	}
	expectClose(t, ws, websocket.CloseUnsupportedData, "send text")
	_ = ws.Close()
	drained(t, s)
}

// testStalled is TestStalledMessages with real sockets: over pipes both ends of
// TLS would write at once, and neither read.
func testStalled(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{MessageTimeout: 50 * time.Millisecond})
	for _, in := range []string{"\x81", rawFrame(0x01, "{"), rawFrame(0x89, "1234")[:7]} {
		c := dialRaw(t, url)
		c.send(t, rawFrame(0x8a, "")+in)
		c.expectClose(t, 4002, "stalled")
		_ = c.Close()
	}
	drained(t, s)
}

// secure is the s of wss for the tests of TestOverTLS.
func secure(t testing.TB) string {
	if strings.HasPrefix(t.Name(), "TestOverTLS/") {
		return "s"
	}
	return ""
}

// start serves h, with TLS in the tests of TestOverTLS.
func start(t testing.TB, h http.Handler) *httptest.Server {
	if secure(t) != "" {
		return httptest.NewTLSServer(h)
	}
	return httptest.NewServer(h)
}

// dialer connects to start's servers.
var dialer = &websocket.Dialer{HandshakeTimeout: patience, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}

// connect opens the socket that a ws:// or wss:// address names.
func connect(url string) (net.Conn, error) {
	if address, ok := strings.CutPrefix(url, "wss://"); ok {
		return tls.Dial("tcp", address, dialer.TLSClientConfig)
	}
	return net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
}

// serverTLS has a certificate.
var serverTLS = sync.OnceValue(func() *tls.Config {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	return &tls.Config{Certificates: web.TLS.Certificates}
})

// overTLS wraps l in the tests of TestOverTLS.
func overTLS(t testing.TB, l net.Listener) net.Listener {
	if secure(t) == "" {
		return l
	}
	return tls.NewListener(l, serverTLS())
}
