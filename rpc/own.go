package rpc

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"
)

// IDs of the server's own methods. 1–999 are reserved for them.
const (
	PingID     = 1
	DiscoverID = 2
	CancelID   = 3
)

// LastOwnID is the last ID that is reserved for the server's own methods.
const LastOwnID = 999

// addOwn adds the methods that every server answers.
func (r *Registry) addOwn(document []byte) error {
	if r.sealed {
		return errors.New("the registry serves already: make one for each dispatcher")
	}
	if len(document) == 0 {
		document = []byte("null")
	}
	public := Access{Public: true}
	own := []struct {
		method  *Method
		handler HandlerFunc
	}{
		{&Method{ID: PingID, Name: "Ping", Service: "server", Access: public, ReadOnly: true}, servePing},
		{&Method{ID: DiscoverID, Name: "Discover", Service: "server", Access: public, ReadOnly: true}, serveDocument(document)},
		{&Method{ID: CancelID, Name: "Cancel", Service: "server", Access: public}, serveCancel},
	}
	for _, o := range own {
		if err := r.add(&route{method: o.method, handler: o.handler, inline: true, own: true}); err != nil {
			return err
		}
	}
	r.byName["rpc.discover"] = r.byName["Discover"]
	return nil
}

// servePing answers with the server's time.
func servePing(_ context.Context, call *Call) error {
	if err := onlyParams(call); err != nil {
		return err
	}
	call.Result = append(call.Result, `{"time":"`...)
	call.Result = appendTime(call.Result, time.Now())
	call.Result = append(call.Result, `"}`...)
	return nil
}

// appendTime appends t as RFC 3339 in UTC with microseconds. What has the same
// second as the time before it costs a copy.
func appendTime(dst []byte, t time.Time) []byte {
	second := lastSecond.Load()
	if second == nil || second.unix != t.Unix() {
		second = &wholeSecond{t.Unix(), t.UTC().Format("2006-01-02T15:04:05.")}
		lastSecond.Store(second)
	}
	return appendDigits(append(dst, second.text...), t.Nanosecond()/1000, 6, 'Z')
}

// wholeSecond is the start of a time's text.
type wholeSecond struct {
	unix int64
	text string
}

var lastSecond atomic.Pointer[wholeSecond]

// appendDigits appends the last digits of n, and after.
func appendDigits(dst []byte, n, digits int, after byte) []byte {
	end := len(dst) + digits
	dst = append(dst, "000000"[:digits]...)
	for i := end - 1; n > 0 && i >= end-digits; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, after)
}

func serveDocument(document []byte) HandlerFunc {
	return func(_ context.Context, call *Call) error {
		if err := onlyParams(call); err != nil {
			return err
		}
		call.Result = append(call.Result, document...)
		return nil
	}
}

// serveCancel ends the request with the given seq, if it is still in flight.
func serveCancel(_ context.Context, call *Call) error {
	if err := onlyParams(call, "seq"); err != nil {
		return err
	}
	seq, err := seqParam(call)
	if err != nil {
		return err
	}
	cancelled := call.Peer.Cancel != nil && call.Peer.Cancel(seq)
	call.Result = append(call.Result, `{"cancelled":`...)
	call.Result = strconv.AppendBool(call.Result, cancelled)
	call.Result = append(call.Result, '}')
	return nil
}
