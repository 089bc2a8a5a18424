package pgcall

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Types of messages from PostgreSQL, by "Message Formats" of its manual.
const (
	messageParseComplete   = '1'
	messageBindComplete    = '2'
	messageDataRow         = 'D'
	messageErrorResponse   = 'E'
	messageReadyForQuery   = 'Z'
	messageParameters      = 't'
	messageRowDescription  = 'T'
	messageNoData          = 'n'
	messageCommandComplete = 'C'
	messageCloseComplete   = '3'
	messageEmptyQuery      = 'I'
	messageParameterStatus = 'S'
	messageNotice          = 'N'
	messageNotification    = 'A'
	messageHeader          = 5       // bytes: type and length
	maxControlMessage      = 1 << 20 // bytes of a message that is no row
	maxResultRow           = 64 << 20
	firstReadBuffer        = 32 << 10
	maxKeptReadBuffer      = 256 << 10
)

// messages splits what a connection sends into messages.
type messages struct {
	conn       io.Reader
	buf        []byte
	start, end int // of what is read and not consumed
	skip       int // bytes of a message that is too long to keep
}

var errProtocol = errors.New("the database sent what its protocol excludes")

// next returns the next message that has come whole; ok is false when more has
// to be read first. The body is valid until fill. long says that the message is
// a row of more than maxResultRow bytes: it has no body.
func (m *messages) next() (kind byte, body []byte, long, ok bool, err error) {
	have := m.buf[m.start:m.end]
	if m.skip > 0 {
		n := min(m.skip, len(have))
		m.skip -= n
		m.start += n
		have = have[n:]
	}
	if len(have) < messageHeader {
		return 0, nil, false, false, nil
	}
	size := int64(binary.BigEndian.Uint32(have[1:])) + 1
	switch {
	case size < messageHeader:
		return 0, nil, false, false, fmt.Errorf("%w: a message of %d bytes", errProtocol, size)
	case have[0] == messageDataRow && size > maxResultRow:
		m.skip = int(size) - messageHeader
		m.start += messageHeader
		return messageDataRow, nil, true, true, nil
	case have[0] != messageDataRow && size > maxControlMessage:
		return 0, nil, false, false, fmt.Errorf("%w: a message %q of %d bytes", errProtocol, have[0], size)
	case size > int64(len(have)):
		return 0, nil, false, false, nil
	}
	m.start += int(size)
	return have[0], have[messageHeader:size], false, true, nil
}

// fill reads more, and makes room for it first.
func (m *messages) fill() error {
	switch {
	case m.start == m.end:
		m.start, m.end = 0, 0
		if cap(m.buf) > maxKeptReadBuffer {
			m.buf = nil
		}
		if m.buf == nil {
			m.buf = make([]byte, firstReadBuffer)
		}
	case m.start > 0 && (m.end == len(m.buf) || m.start > len(m.buf)/2):
		m.end = copy(m.buf, m.buf[m.start:m.end])
		m.start = 0
	}
	if m.end == len(m.buf) {
		m.buf = append(m.buf, make([]byte, len(m.buf))...)
	}
	n, err := m.conn.Read(m.buf[m.end:])
	m.end += n
	if n > 0 {
		return nil
	}
	return err
}

// appendValues appends the values of a DataRow, which point into body.
func appendValues(values [][]byte, body []byte) ([][]byte, error) {
	if len(body) < 2 {
		return values, fmt.Errorf("%w: a row without columns", errProtocol)
	}
	n := int(binary.BigEndian.Uint16(body))
	body = body[2:]
	for range n {
		if len(body) < 4 {
			return values, fmt.Errorf("%w: a row that ends early", errProtocol)
		}
		size := int(int32(binary.BigEndian.Uint32(body))) // #nosec G115 -- -1 is NULL
		body = body[4:]
		if size < 0 {
			values = append(values, nil)
			continue
		}
		if size > len(body) {
			return values, fmt.Errorf("%w: a value that ends early", errProtocol)
		}
		values = append(values, body[:size:size])
		body = body[size:]
	}
	return values, nil
}

// appendCall appends the messages that run a prepared statement once.
func appendCall(dst []byte, statement string, args [][]byte, formats, results []int16) ([]byte, error) {
	bind := pgproto3.Bind{
		PreparedStatement: statement, Parameters: args, ParameterFormatCodes: formats, ResultFormatCodes: results,
	}
	dst, err := bind.Encode(dst)
	if err != nil {
		return dst, fmt.Errorf("bind: %w", err)
	}
	return append(dst, 'E', 0, 0, 0, 9, 0, 0, 0, 0, 0), nil // Execute the unnamed portal, all rows
}

// appendSync appends the message that ends a transaction.
func appendSync(dst []byte) []byte { return append(dst, 'S', 0, 0, 0, 4) }

// appendPrepare appends the messages that prepare and describe a statement. One
// that is there already is dropped first: that it is not is no error.
func appendPrepare(dst []byte, name, sql string) (_ []byte, err error) {
	if name != "" {
		if dst, err = (&pgproto3.Close{ObjectType: 'S', Name: name}).Encode(dst); err != nil {
			return dst, fmt.Errorf("prepare: %w", err)
		}
	}
	if dst, err = appendParse(dst, name, sql); err != nil {
		return dst, err
	}
	if dst, err = (&pgproto3.Describe{ObjectType: 'S', Name: name}).Encode(dst); err != nil {
		return dst, fmt.Errorf("prepare: %w", err)
	}
	return dst, nil
}

// appendParse appends the message that prepares a statement.
func appendParse(dst []byte, name, sql string) ([]byte, error) {
	dst, err := (&pgproto3.Parse{Name: name, Query: sql}).Encode(dst)
	if err != nil {
		return dst, fmt.Errorf("parse: %w", err)
	}
	return dst, nil
}
