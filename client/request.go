package client

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgval"
	"github.com/tidwall/gjson"
)

// maxDepth is how deep a request may nest (docs/protocol.md, "Request").
const maxDepth = 32

// appendRequest appends the frame of c. timeout 0 and key "" send none.
func appendRequest(dst []byte, c *call, params pgval.Object, timeout time.Duration, key string) ([]byte, error) {
	dst = appendHead(dst, c)
	if params != nil {
		var err error
		dst = append(dst, `,"params":`...)
		if dst, err = pgval.AppendJSON(dst, params); err != nil {
			return nil, fmt.Errorf("write the params: %w", err)
		}
	}
	return append(appendMeta(dst, timeout, key), '}'), nil
}

func appendMeta(dst []byte, timeout time.Duration, key string) []byte {
	if timeout <= 0 && key == "" {
		return dst
	}
	dst = append(dst, `,"meta":{`...)
	if timeout > 0 {
		dst = append(dst, `"timeout_ms":`...)
		dst = strconv.AppendInt(dst, milliseconds(timeout), 10)
	}
	if key != "" {
		if timeout > 0 {
			dst = append(dst, ',')
		}
		dst = gjson.AppendJSONString(append(dst, `"key":`...), key)
	}
	return append(dst, '}')
}

func appendHead(dst []byte, c *call) []byte {
	dst = append(dst, `{"method":`...)
	dst = strconv.AppendUint(dst, uint64(c.method), 10)
	dst = append(dst, `,"seq":`...)
	return strconv.AppendUint(dst, c.seq, 10)
}

// newCancel returns a request to cancel c, which nobody waits for.
func newCancel(seq uint64, c *call) *call {
	cancel := newCall(rpc.CancelID, seq)
	cancel.frame = append(appendHead(nil, cancel), `,"params":{"seq":`...)
	cancel.frame = strconv.AppendUint(cancel.frame, c.seq, 10)
	cancel.frame = append(cancel.frame, "}}"...)
	return cancel
}

// timeLeft returns how long ctx has, at least one millisecond, or 0 when it
// has no deadline.
func timeLeft(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0
	}
	return max(time.Until(deadline), time.Millisecond)
}

// milliseconds rounds up, so that the server never gives up first because of
// rounding, and stays in the range of an int32.
func milliseconds(d time.Duration) int64 {
	ms := int64(d / time.Millisecond)
	if d%time.Millisecond > 0 {
		ms++
	}
	return min(ms, math.MaxInt32)
}

// checkRequest refuses a frame that the server would close the connection
// for, or could not attribute to its call.
func checkRequest(frame []byte, limit int) error {
	if len(frame) > limit {
		return fmt.Errorf("the request has %d bytes, the limit is %d: send less, "+
			"or raise the limit of the server and WithMaxRequestBytes", len(frame), limit)
	}
	if depth(frame) > maxDepth {
		return fmt.Errorf("the params nest deeper than the protocol's %d levels", maxDepth)
	}
	return nil
}

// depth returns how deep the JSON text nests. Unlike a recursive parser it
// cannot be made to exhaust the stack.
func depth(text []byte) int {
	deepest, level, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == '"':
			quoted = !quoted
		case b == '\\' && quoted:
			i++
		case quoted:
		case b == '{' || b == '[':
			level++
			deepest = max(deepest, level)
		case b == '}' || b == ']':
			level--
		}
	}
	return deepest
}
