// Package pgval holds the Go face of PostgreSQL values: the types that have no
// counterpart in Go (Date, Timestamp, Interval, Decimal, UUID, Range, ...),
// [Opt] for optional parameters, and [Coder], which moves generated structs to
// and from the wire's JSON.
//
// A generated struct lists its fields once, for both directions:
//
//	func (p *SendMessageParams) CodeJSON(c *pgval.Coder) {
//		c.Field("chat_id")
//		c.Int8(&p.ChatID)
//		c.Field("body")
//		c.Text(&p.Body)
//	}
//
// No reflection is involved, NULL never becomes a zero value, and a member
// that is missing where a value is required is an error.
package pgval
