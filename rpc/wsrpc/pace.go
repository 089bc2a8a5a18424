package wsrpc

import (
	"math"
	"time"

	"github.com/spgen/spgen/rpc"
)

// A client floods when it sends more than floodFactor times its rate, in each of
// floodSeconds seconds.
const (
	floodFactor  = 10
	floodSeconds = 3
)

// pace is how fast a client sends. It is its reader's.
type pace struct {
	address *address      // nil: there is none to share with
	bucket  rpc.Bucket    // the connection's own
	now     time.Duration // when the bytes came that are being handled, since the server's start
	second  time.Duration // when the second began that is counted
	frames  int32         // in it
	floods  int8          // seconds of a flood before it, one after the other
}

// note keeps the time for the requests that are read next.
func (c *conn) note() {
	if c.server.paced {
		c.pace.now = time.Since(c.server.start)
	}
}

// spend takes a token for a request, or returns how long there is none.
func (c *conn) spend() (wait time.Duration) {
	o := &c.server.options
	if o.Rate.Limits() {
		wait = c.pace.bucket.Take(o.Rate, c.pace.now)
	}
	if wait == 0 && o.AddressRate.Limits() && c.pace.address != nil {
		wait = c.pace.address.bucket.Take(o.AddressRate, c.pace.now)
	}
	return wait
}

// count counts a request or control frame, and returns the end of a connection
// that floods.
func (c *conn) count() error {
	p, limit := &c.pace, c.server.floodFrames
	if limit <= 0 {
		return nil
	}
	if since := p.now - p.second; since >= time.Second {
		if p.frames <= limit || since >= 2*time.Second {
			p.floods = 0
		} else if p.floods++; p.floods == floodSeconds {
			return flood
		}
		p.second, p.frames = p.now, 0
	}
	p.frames++
	return nil
}

// floodFrames returns how many frames of a second may be part of a flood; 0: any.
func floodFrames(r rpc.Rate) int32 {
	if !r.Limits() {
		return 0
	}
	seconds := 1.0
	if r.Per > 0 {
		seconds = r.Per.Seconds()
	}
	return int32(min(max(floodFactor*float64(r.Calls)/seconds, 1), math.MaxInt32-1))
}
