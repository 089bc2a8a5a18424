package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/manifest"
)

func big(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nschema: api\nservices:\n  - {name: chat, ids: 10000-19999}\nsession: {user_id: bigint, role: text}\nmethods:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: %d, name: SendMessage%d, function: \"api.fun_send_message%d(bigint,bigint,text)\", "+
			"access: [user], fill: {a_user_id: session.user_id}}\n", 10000+i, i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse5000(b *testing.B) {
	data := big(5000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		m, list := manifest.Parse("manifest.yaml", data)
		if len(list) > 0 || len(m.Methods) != 5000 {
			b.Fatal(len(m.Methods), list.Err())
		}
	}
}
