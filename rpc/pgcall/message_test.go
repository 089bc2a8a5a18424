package pgcall_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/spgen/spgen/rpc/pgcall"
)

// pieces reads data in pieces of the given sizes, over and over.
type pieces struct {
	data  []byte
	sizes []byte
	n     int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		return 0, io.EOF
	}
	size := 1
	if len(p.sizes) > 0 {
		size = int(p.sizes[p.n%len(p.sizes)]) + 1
		p.n++
	}
	n := copy(b, p.data[:min(size, len(p.data))])
	p.data = p.data[n:]
	return n, nil
}

// message returns a message as PostgreSQL sends it.
func message(kind byte, body ...byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)+4)), body...)
}

func FuzzMessages(f *testing.F) {
	f.Add(slices.Concat(message('2'), message('D', 0, 1, 0, 0, 0, 2, 'h', 'i'), message('C', 'x', 0), message('Z', 'I')), []byte{3, 0, 200})
	f.Add(slices.Concat(message('D', 0, 2, 255, 255, 255, 255, 0, 0, 0, 0), message('Z', 'I')), []byte{})
	f.Add([]byte{'D', 255, 255, 255, 255, 1, 2, 3}, []byte{0})
	f.Add([]byte{'E', 0, 0, 0, 3}, []byte{0})
	f.Add(message('D', 0, 1, 0, 0, 0, 9, 'x'), []byte{1})
	f.Fuzz(func(t *testing.T, data, sizes []byte) {
		whole, err := pgcall.ReadMessages(bytes.NewReader(data))
		parts, partsErr := pgcall.ReadMessages(&pieces{data: data, sizes: sizes})
		if !slices.EqualFunc(whole, parts, pgcall.Message.Equal) {
			t.Errorf("%d messages in one piece, %d in many", len(whole), len(parts))
		}
		if !errors.Is(err, io.EOF) && !errors.Is(partsErr, io.EOF) && err.Error() != partsErr.Error() {
			t.Errorf("in one piece: %v, in many: %v", err, partsErr)
		}
		size := 0
		for _, m := range whole {
			size += 5 + len(m.Body)
			values := 0
			for _, v := range m.Values {
				values += len(v)
			}
			if values > len(m.Body) {
				t.Errorf("%d bytes of values in %d", values, len(m.Body))
			}
		}
		if size > len(data) {
			t.Errorf("%d bytes of messages in %d", size, len(data))
		}
	})
}

func TestLongMessages(t *testing.T) {
	t.Parallel()
	long := make([]byte, 3<<20)
	got, err := pgcall.ReadMessages(bytes.NewReader(slices.Concat(message('D', long...), message('Z', 'I'))))
	if len(got) != 2 || len(got[0].Body) != len(long) || got[1].Kind != 'Z' || !errors.Is(err, io.EOF) {
		t.Errorf("%d messages, %v", len(got), err)
	}
	if _, err := pgcall.ReadMessages(bytes.NewReader(message('C', long...))); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a long message that is no row: %v", err)
	}
	head := binary.BigEndian.AppendUint32([]byte{'D'}, pgcall.MaxResultRow+4)
	zeros := io.LimitReader(zero{}, pgcall.MaxResultRow)
	got, err = pgcall.ReadMessages(io.MultiReader(bytes.NewReader(head), zeros, bytes.NewReader(message('Z', 'I'))))
	if len(got) != 2 || !got[0].Long || got[1].Kind != 'Z' || !errors.Is(err, io.EOF) {
		t.Errorf("a row over the limit: %d messages, %v", len(got), err)
	}
}

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }
