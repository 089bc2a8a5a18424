package pgjson_test

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc/pgjson"
)

// TestAllocations: neither direction allocates once its buffers have grown. It
// does not run in parallel, because it counts for the whole program.
func TestAllocations(t *testing.T) { //nolint:paralleltest // counts allocations
	for i, typ := range allTypes {
		e := pgjson.Encoder{OIDs: oids}
		in := parse(fuzzInputs[i])
		buf, _ := e.Append(nil, typ, false, "p", in)
		bin := append([]byte{}, buf...)
		if n := testing.AllocsPerRun(50, func() { buf, _ = e.Append(buf[:0], typ, false, "p", in) }); n > 0 {
			t.Errorf("encode %s: %v allocations", typ.Name, n)
		}
		if len(e.Faults()) > 0 {
			t.Errorf("encode %s: %v", typ.Name, e.Faults())
		}
		out, err := pgjson.AppendJSON(nil, typ, bin)
		if err != nil {
			t.Errorf("decode %s: %v", typ.Name, err)
		}
		if n := testing.AllocsPerRun(50, func() { out, _ = pgjson.AppendJSON(out[:0], typ, bin) }); n > 0 {
			t.Errorf("decode %s: %v allocations", typ.Name, n)
		}
	}
	long, buf := strings.Repeat("long text, ", 100), make([]byte, 0, 2048)
	if n := testing.AllocsPerRun(50, func() { buf = pgjson.AppendString(buf[:0], long) }); n > 0 {
		t.Errorf("AppendString: %v allocations", n)
	}
}

// message is the row of the benchmark: bigint, text, text, timestamptz,
// numeric, text[].
type message struct {
	ID     int64          `json:"id"`
	Author string         `json:"author"`
	Body   string         `json:"body"`
	SentAt time.Time      `json:"sent_at"`
	Amount pgtype.Numeric `json:"amount"`
	Tags   []string       `json:"tags"`
}

var (
	messageTypes = []*pgjson.Type{&pgjson.Int8, &pgjson.Text, &pgjson.Text, &pgjson.TimestampTZ, &pgjson.Numeric, texts}
	messageKeys  = []string{`{"id":`, `,"author":`, `,"body":`, `,"sent_at":`, `,"amount":`, `,"tags":`}
	messageJSON  = []string{
		`"123456789"`, `"krumplee"`, `"Shall we meet at the \"usual\" place tomorrow, around noon? I will bring the papers."`,
		`"2024-02-29T12:00:00.123456Z"`, `"1234.50"`, `["work","urgent","lunch"]`,
	}
)

const benchRows = 1000

func messageRow(b *testing.B) [][]byte {
	b.Helper()
	e := pgjson.Encoder{OIDs: oids}
	row := make([][]byte, len(messageTypes))
	for i, typ := range messageTypes {
		row[i], _ = e.Append(nil, typ, true, "", gjson.Parse(messageJSON[i]))
	}
	if len(e.Faults()) > 0 {
		b.Fatal(e.Faults())
	}
	return row
}

// BenchmarkRows compares 1,000 rows to JSON by this package with scanning into
// structs as pgx does and encoding/json.
func BenchmarkRows(b *testing.B) {
	row := messageRow(b)
	b.Run("pgjson", func(b *testing.B) {
		var out []byte
		b.ReportAllocs()
		for b.Loop() {
			out = out[:0]
			for range benchRows {
				for i, typ := range messageTypes {
					out = append(out, messageKeys[i]...)
					out, _ = pgjson.AppendJSON(out, typ, row[i])
				}
				out = append(out, '}', ',')
			}
		}
		b.SetBytes(int64(len(out)))
	})
	b.Run("scan", func(b *testing.B) {
		m := pgtype.NewMap()
		b.ReportAllocs()
		for b.Loop() {
			rows := make([]message, benchRows)
			for n := range rows {
				r := &rows[n]
				for i, dst := range []any{&r.ID, &r.Author, &r.Body, &r.SentAt, &r.Amount, &r.Tags} {
					if err := m.Scan(messageTypes[i].OID, pgtype.BinaryFormatCode, row[i], dst); err != nil {
						b.Fatal(err)
					}
				}
			}
			out, err := json.Marshal(rows)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(out)))
		}
	})
}

// BenchmarkParams encodes the same values as parameters.
func BenchmarkParams(b *testing.B) {
	e := pgjson.Encoder{OIDs: oids}
	values := make([]gjson.Result, len(messageJSON))
	for i, in := range messageJSON {
		values[i] = gjson.Parse(in)
	}
	buf := binary.BigEndian.AppendUint32(nil, 0)
	b.ReportAllocs()
	for b.Loop() {
		buf = buf[:0]
		for i, typ := range messageTypes {
			buf, _ = e.Append(buf, typ, true, "", values[i])
		}
	}
}
