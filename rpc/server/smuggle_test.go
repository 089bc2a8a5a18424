package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/server"
)

// Requests of whose end a proxy and a server may take different views are
// refused, with one answer, and the connection is closed (RFC 9112, section 11.2).
func TestSmuggling(t *testing.T) {
	t.Parallel()
	const second = "GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n"
	listener := listen(t)
	stop := lonely(t, server.Transport{}, listener)
	tests := []struct {
		name, in string
		status   []int
	}{
		{"length and chunks", "POST /livez HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second, []int{400}},
		{"chunks and length", "POST /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n0\r\n\r\n" + second, []int{400}},
		{"chunks", "GET /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second, []int{400}},
		{"chunks of HTTP/1.0", "GET /livez HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second, []int{200, 400}},
		{"a request for a body", "GET /livez HTTP/1.1\r\nHost: h\r\nContent-Length: 33\r\n\r\n" + second, []int{400}},
		{"a request for a body of the socket", "GET /ws HTTP/1.1\r\nHost: h\r\nContent-Length: 33\r\n\r\n" + second, []int{400}},
		{"two lengths", "GET /livez HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 33\r\n\r\n" + second, []int{400}},
		{"a list of lengths", "GET /livez HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 33\r\n\r\n" + second, []int{400}},
		{"a length with a sign", "GET /livez HTTP/1.1\r\nHost: h\r\nContent-Length: +33\r\n\r\n" + second, []int{400}},
		{"a length below zero", "GET /livez HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n" + second, []int{400}},
		{"a blank before the colon", "GET /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + second, []int{400}},
		{"another transfer encoding", "GET /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + second, []int{501}},
		{"two transfer encodings", "GET /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + second, []int{501, 400}},
		{"a vertical tab", "GET /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" + second, []int{400, 501}},
		{"a return without newline", "GET /livez HTTP/1.1\r\nHost: h\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second, []int{400}},
		{"a chunk of no size", "POST /livez HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + second, []int{400}},
		{"an upgrade to HTTP/2", "GET /livez HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 33\r\n\r\n" + second, []int{400}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := attack(t, listener.Addr())
			a.send(t, tt.in)
			a.status(t, tt.status...)
			a.ended(t)
		})
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A host that is none is refused, and none makes a foreign origin the server's own.
func TestHosts(t *testing.T) {
	t.Parallel()
	listener := listen(t)
	stop := lonely(t, server.Transport{}, listener)
	for host, status := range map[string]int{
		"a b": 400, "h/path": 400, "h\x00": 400, "h\x7f": 400, "h<script>": 400, "h\\evil": 400, "ünïcode": 400, "h\r\n Host: x": 400,
		"h.example": 403, "evil.example:99999999": 403, "[::1": 403, "]": 403, "h@evil.example": 400, "*": 403, "": 403, "h:": 403, "%zz": 403,
		"localhost@evil.example": 400, "evil.example?localhost": 400, "localhost.evil.example": 403, strings.Repeat("h", 3000): 403,
		strings.Repeat("h", 5000): 431, // twice, with the origin: more than the headers may have
	} {
		a := attack(t, listener.Addr())
		a.send(t, strings.Replace(upgrade, "Host: h.example", "Host: "+host+"\r\nOrigin: http://"+host, 1))
		resp, err := http.ReadResponse(a.r, nil)
		if err != nil {
			t.Fatalf("%.50q: %v", host, err)
		}
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != status || len(text) > 1000 {
			t.Errorf("%.50q: status %d %.300s, want %d", host, resp.StatusCode, text, status)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
