package docs

import "github.com/spgen/spgen/internal/ir"

// columnNull says why a column is never null: its type is a domain that is not, or
// the function's comment or its table declares it. "" is one that may be null.
func columnNull(c *ir.Column) string {
	switch {
	case c.Type.NotNull:
		return "never null, by its type"
	case c.NotNull:
		return "never null, as declared"
	}
	return ""
}

// paramNull says that a parameter must not be null, "" where it may, or where null
// makes the whole result null.
func paramNull(p *ir.Param, strict bool) string {
	if p.Fill == "" && (p.Type.NotNull || p.NotNull && !strict) {
		return "not null"
	}
	return ""
}
