package load_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spgen/spgen/bench/load"
)

// read feeds data byte by byte and returns every message.
func read(t *testing.T, f load.Framing, data string) (messages []string, err error) {
	t.Helper()
	var buffer []byte
	for _, c := range []byte(data) {
		buffer = append(buffer, c)
		for {
			message, used, err := f.Next(buffer)
			if err != nil {
				return messages, err
			}
			if used == 0 {
				break
			}
			if message != nil {
				messages = append(messages, string(message))
			}
			buffer = buffer[used:]
		}
	}
	if len(buffer) > 0 {
		t.Errorf("%q is left", buffer)
	}
	return messages, nil
}

func TestWebSocket(t *testing.T) {
	t.Parallel()
	long, longer := strings.Repeat("x", 300), strings.Repeat("y", 70_000)
	tests := []struct{ name, in, want, reply, wantErr string }{
		{name: "two", in: "\x81\x01a\x81\x02bc", want: "a|bc"},
		{name: "empty", in: "\x81\x00", want: ""},
		{name: "16 bits", in: "\x81\x7e\x01\x2c" + long, want: long},
		{name: "64 bits", in: "\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70" + longer, want: longer},
		{name: "fragments with a ping", in: "\x01\x01a\x00\x01b\x89\x02hi\x80\x01c", want: "abc", reply: "\x8a\x82\x00\x00\x00\x00hi"},
		{name: "pong", in: "\x8a\x00\x81\x01a", want: "a"},
		{name: "close", in: "\x88\x05\x03\xe9bye", wantErr: "1001 bye"},
		{name: "close, says nothing", in: "\x88\x00", wantErr: "closed the connection"},
		{name: "masked", in: "\x81\x80", wantErr: "masked"},
		{name: "too large", in: "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", wantErr: "64 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := load.WebSocket()
			messages, err := read(t, f, tt.in)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("error %v, want %q", err, tt.wantErr)
				}
				return
			}
			if got := strings.Join(messages, "|"); err != nil || got != tt.want {
				t.Errorf("%.100q, %v; want %.100q", got, err, tt.want)
			}
			if reply := string(f.Reply()); reply != tt.reply || f.Reply() != nil {
				t.Errorf("reply %q, want %q once", reply, tt.reply)
			}
		})
	}
}

func TestWebSocketAppend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		size int
		head string
	}{
		{0, "\x81\x80"},
		{125, "\x81\xfd"},
		{126, "\x81\xfe\x00\x7e"},
		{0xffff, "\x81\xfe\xff\xff"},
		{0x10000, "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00"},
	} {
		message := bytes.Repeat([]byte("m"), tt.size)
		got := load.WebSocket().Append([]byte("before"), message)
		if want := "before" + tt.head + "\x00\x00\x00\x00" + string(message); string(got) != want {
			t.Errorf("%d bytes: %.40q, want %.40q", tt.size, got, want)
		}
	}
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	request := string(load.HTTP().Append(nil, []byte("{}")))
	if want := "POST /rpc HTTP/1.1\r\nHost: example.org\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"; request != want {
		t.Errorf("request %q", request)
	}
	const head = "HTTP/1.1 200 OK\r\nContent-Length: "
	tests := []struct{ name, in, want, wantErr string }{
		{"two", head + "1\r\nDate: x\r\n\r\na" + head + "2\r\n\r\nbc", "a|bc", ""},
		{"an error", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "", "answered HTTP/1.1 500 Oops"},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", "without Content-Length"},
		{"too large", head + "999999999999\r\n\r\n", "", "64 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			messages, err := read(t, load.HTTP(), tt.in)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("error %v, want %q", err, tt.wantErr)
				}
				return
			}
			if got := strings.Join(messages, "|"); err != nil || got != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}
