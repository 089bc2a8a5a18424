package wire_test

import (
	"fmt"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

func ExampleParse() {
	var req wire.Request
	err := wire.Parse([]byte(`{"method": 10000, "seq": 7, "params": {"name": "a", "n\u0061me": "b"}}`), &req)
	fmt.Println(err == nil, req.ID, req.Seq, string(req.Params))
	fmt.Println(req.Faults)

	fmt.Println(wire.Parse([]byte(`{"methud": 10000}`), &req).Message)
	fmt.Println(wire.Parse([]byte(`{"method": 1,}`), &req).Message)
	// Output:
	// true 10000 7 {"name": "a", "n\u0061me": "b"}
	// [{name duplicate the key occurs twice, send it once}]
	// "methud" is no part of a request, did you mean method?
	// the frame is not JSON: at byte 13 "}" stands where a key in double quotes is due
}

func ExampleAppendResult() {
	fmt.Println(string(wire.AppendResult(nil, 7, true, 10000, []byte(`{"user_id":"5"}`))))
	// Output: {"seq":7,"method":10000,"result":{"user_id":"5"}}
}

func ExampleAppendError() {
	err := rpc.NewError(rpc.CodeOverloaded, "try again later").AsRetryable()
	fmt.Println(string(wire.AppendError(nil, 0, false, 10000, err)))
	// Output: {"method":10000,"error":{"code":-32003,"name":"overloaded","message":"try again later","retryable":true}}
}
