package client_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

// FuzzAnswer checks that no message crashes the client, and that one that it
// accepts says what encoding/json reads from it.
func FuzzAnswer(f *testing.F) {
	taken := &rpc.Error{Code: 11000, Name: "username_taken", Message: "taken\u2028"}
	f.Add(wire.AppendResult(nil, 7, true, 10000, []byte(`{"user_id":"5"}`)))
	f.Add(wire.AppendError(nil, 7, true, 10000, taken.WithData(map[string]string{"field": "username"})))
	f.Add(wire.AppendError(nil, 0, false, 0, rpc.NewError(rpc.CodeParseError, "no")))
	f.Add([]byte(`{"seq":1,"method":2,"result":[[]],"extra":{"seq":3}}`))
	f.Add([]byte(`{"seq":1,"method":2,"error":{"code":1e3,"name":null,"message":[]}}`))
	f.Add([]byte(`[[[[{"a`))
	f.Fuzz(func(t *testing.T, data []byte) {
		seq, method, result, err := client.ParseAnswer(data)
		if err != nil {
			return
		}
		if !utf8.Valid(data) || !json.Valid(data) {
			t.Fatalf("accepted %q", data)
		}
		var want struct {
			Seq    uint64          `json:"seq"`
			Method uint32          `json:"method"`
			Result json.RawMessage `json:"result"`
		}
		if err := json.Unmarshal(data, &want); err != nil {
			return // a member that only looks alike has another type
		}
		// To encoding/json keys that differ in case only are the same.
		if bytes.ContainsAny(data, "SMRTQEHODUL\\ſ") {
			return
		}
		if seq != want.Seq || method != want.Method || string(result) != string(want.Result) {
			t.Errorf("%q: got %d, %d, %s", data, seq, method, result)
		}
	})
}
