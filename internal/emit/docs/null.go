package docs

import "github.com/spgen/spgen/internal/ir"

// columnNull says whether a column may be null, and why it is not.
func columnNull(c *ir.Column) string {
	switch {
	case c.Type.NotNull:
		return "Never null: values of its type never are."
	case c.NotNull:
		return "Never null: its table or the function's comment promises it."
	}
	return "May be null."
}

// paramNull says what null does as a parameter, "" where it is a value like others.
func paramNull(p *ir.Param, strict bool) string {
	switch {
	case p.Fill != "":
		return ""
	case p.Type.NotNull:
		return "Not null: values of its type never are."
	case strict:
		return ""
	case p.NotNull:
		return "Not null: the function's comment says so."
	}
	return ""
}
