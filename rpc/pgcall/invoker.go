package pgcall

import (
	"context"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// Invoker runs queries: calls in, raw rows out. [Lanes] is one.
type Invoker interface {
	// Start runs q without waiting for it. It calls q.Sink.Row for each row and
	// then q.Sink.Done exactly once, perhaps before Start returns. ctx bounds the
	// query and is of no use after Done, see [rpc.Executor].
	Start(ctx context.Context, q *Query)

	// OIDs returns the OIDs of the named types in the database, and of their
	// parts. A name that the database lacks is missing in the answer.
	OIDs(ctx context.Context, names []string) (pgjson.OIDs, error)
}

// Query is one call of a procedure. It belongs to the invoker until Sink.Done.
type Query struct {
	Statement *Statement
	Args      [][]byte // in Formats; nil is NULL
	Formats   []int16
	OIDs      pgjson.OIDs // to check the prepared statement against the contract
	Sink      Sink

	// Prologue runs before Statement, in the same transaction; its row is of no
	// interest. nil: nothing does.
	Prologue        *Statement
	PrologueArgs    [][]byte
	PrologueFormats []int16

	peer    *rpc.Peer    // whose call it is; nil: of the program itself
	session *rpc.Session // that it was admitted with, or nil
	oids    *pgjson.OIDs // where OIDs are, if they do not change
	claim   *claim       // of a keyed call; nil: it has no key
	run     progress     // the invoker's
}

// Sink receives what a query gives.
type Sink interface {
	// Row receives one row. values are valid until Row returns. After an error
	// Row is not called again, and the query ends with that error.
	Row(values [][]byte) error

	// Reset forgets all rows: the query was rolled back and runs again.
	Reset()

	// Done ends the query. err is nil, an *rpc.Error, a *pgconn.PgError or the
	// context's error. It may start the query again and does not block.
	Done(err error)
}
