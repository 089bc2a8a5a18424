package kitchen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/spectest"
)

// client is a WebSocket connection to the generated server, and one to
// PostgreSQL for the second oracle.
type client struct {
	*kitchen
	t      testing.TB
	socket *websocket.Conn
	sql    *pgconn.PgConn
	seen   *spectest.Connection // what was sent and came back
}

func (k *kitchen) dial(t testing.TB) *client {
	t.Helper()
	ctx := context.Background()
	socket, _, err := websocket.Dial(ctx, k.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	socket.SetReadLimit(-1)
	conn, err := pgx.Connect(ctx, k.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = socket.CloseNow()
		_ = conn.Close(ctx)
	})
	c := &client{k, t, socket, conn.PgConn(), k.frames.Connection(t)}
	if _, err := c.sql.Exec(ctx, textSettings).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return c
}

// answer is what came for a request.
type answer struct {
	Result json.RawMessage
	Error  *struct {
		Name, Message string
		Data          json.RawMessage
	}
}

func (a answer) String() string {
	if a.Error != nil {
		return a.Error.Name + " " + a.Error.Message + " " + string(a.Error.Data)
	}
	return string(a.Result)
}

// maxBatch is how many requests the server takes before it reads no further.
const maxBatch = 32

// send pipelines requests without seq, whose answers come in their order.
func (c *client) send(calls []call) ([]answer, error) {
	var answers []answer
	for len(calls) > 0 {
		batch := calls[:min(len(calls), maxBatch)]
		calls = calls[len(batch):]
		for _, call := range batch {
			frame := fmt.Sprintf(`{"method":%d,"params":%s}`, c.ids[call.method], call.params)
			c.seen.Sent([]byte(frame))
			if err := c.socket.Write(context.Background(), websocket.MessageText, []byte(frame)); err != nil {
				return nil, err
			}
		}
		for range batch {
			_, data, err := c.socket.Read(context.Background())
			if err != nil {
				return nil, err
			}
			c.seen.Received(data)
			var a answer
			if err := json.Unmarshal(data, &a); err != nil {
				return nil, fmt.Errorf("%w: %.200s", err, data)
			}
			answers = append(answers, a)
		}
	}
	return answers, nil
}

// psql runs the statements of calls in one message of the simple protocol, and
// returns the text of each one's rows.
func (c *client) psql(calls []call) ([]*pgconn.Result, error) {
	sql := ""
	for _, call := range calls {
		sql += call.sql + ";\n"
	}
	return c.sql.Exec(context.Background(), sql).ReadAll()
}
