package pgcall

import (
	"bytes"
	"io"
)

// MaxResultRow is maxResultRow.
const MaxResultRow = maxResultRow

// Message is one message from PostgreSQL.
type Message struct {
	Kind   byte
	Long   bool
	Body   []byte
	Values [][]byte
}

// Equal reports whether m and other are the same.
func (m Message) Equal(other Message) bool {
	return m.Kind == other.Kind && m.Long == other.Long && bytes.Equal(m.Body, other.Body)
}

// ReadMessages reads all messages of r, until an error.
func ReadMessages(r io.Reader) (all []Message, err error) {
	in := messages{conn: r}
	for {
		kind, body, long, ok, err := in.next()
		if err == nil && !ok {
			err = in.fill()
		}
		if err != nil {
			return all, err
		}
		if !ok {
			continue
		}
		m := Message{Kind: kind, Long: long, Body: bytes.Clone(body)}
		if kind == messageDataRow && !long {
			if m.Values, err = appendValues(nil, m.Body); err != nil {
				return all, err
			}
		}
		all = append(all, m)
	}
}
