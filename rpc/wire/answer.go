package wire

import (
	"strconv"

	"github.com/spgen/spgen/rpc"
	"github.com/tidwall/gjson"
)

// AppendResult appends the answer of a call that succeeded to dst. result is
// JSON and goes out as it is; if it is empty, the answer is null.
func AppendResult(dst []byte, seq uint64, hasSeq bool, method uint32, result []byte) []byte {
	dst = appendHead(dst, seq, hasSeq, method, true)
	dst = append(dst, `"result":`...)
	if len(result) == 0 {
		dst = append(dst, "null"...)
	}
	dst = append(dst, result...)
	return append(dst, '}')
}

// AppendError appends the answer of a call that failed to dst. A method of 0
// could not be read from the request and is left out. The cause of e stays here.
func AppendError(dst []byte, seq uint64, hasSeq bool, method uint32, e *rpc.Error) []byte {
	dst = appendHead(dst, seq, hasSeq, method, method != 0)
	dst = append(dst, `"error":{"code":`...)
	dst = strconv.AppendInt(dst, int64(e.Code), 10)
	dst = append(dst, `,"name":`...)
	dst = gjson.AppendJSONString(dst, nameOf(e))
	dst = append(dst, `,"message":`...)
	dst = gjson.AppendJSONString(dst, e.Message)
	if len(e.Data) > 0 {
		dst = append(append(dst, `,"data":`...), e.Data...)
	}
	if e.Retryable {
		dst = append(dst, `,"retryable":true`...)
	}
	if e.LogID != "" {
		dst = gjson.AppendJSONString(append(dst, `,"log_id":`...), e.LogID)
	}
	return append(dst, "}}"...)
}

// nameOf returns e's name, or the protocol's for its code.
func nameOf(e *rpc.Error) string {
	if e.Name == "" {
		return e.Code.String()
	}
	return e.Name
}

func appendHead(dst []byte, seq uint64, hasSeq bool, method uint32, hasMethod bool) []byte {
	dst = append(dst, '{')
	if hasSeq {
		dst = append(dst, `"seq":`...)
		dst = strconv.AppendUint(dst, seq, 10)
		dst = append(dst, ',')
	}
	if hasMethod {
		dst = append(dst, `"method":`...)
		dst = strconv.AppendUint(dst, uint64(method), 10)
		dst = append(dst, ',')
	}
	return dst
}
