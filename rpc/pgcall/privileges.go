package pgcall

import (
	"context"
	_ "embed" // the query
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// privilegesSQL asks what a role may do beside calling functions.
//
//go:embed privileges.sql
var privilegesSQL string

// Excess is a right that a server's role has and does not need, since it only
// calls functions.
type Excess struct {
	What string `json:"what"` // "messenger_server may use app.users"
	Mend string `json:"mend"` // SQL that takes it away; an owner that is missing is "…"
}

// ExcessError says what a server's role may do beside calling functions.
type ExcessError []Excess

// maxExcess is how many rights an error names.
const maxExcess = 10

// Error has the rights, and the SQL that takes them away.
func (e ExcessError) Error() string {
	var b strings.Builder
	b.WriteString("the server's role may do more than call functions:")
	for _, x := range e[:min(len(e), maxExcess)] {
		b.WriteString("\n  " + x.What + ": " + x.Mend)
	}
	if more := len(e) - maxExcess; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}

// CheckRole returns an ExcessError when the role of conn is more than one that
// calls functions needs to be: a superuser, a member of mighty roles, one that may
// use tables without row-level security, or create objects.
func CheckRole(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, privilegesSQL, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return fmt.Errorf("ask for the role's rights: %w", err)
	}
	excess, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Excess])
	if err != nil {
		return fmt.Errorf("ask for the role's rights: %w", err)
	}
	if len(excess) > 0 {
		return ExcessError(excess)
	}
	return nil
}
