package gen

import (
	"slices"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/ir"
)

// mark marks the params and columns that the locked contract is without, or has
// marked: a server of the new contract serves databases that lack them still,
// until settle says that there are none. Only what can be left out is marked,
// params with a default and columns that may be null, and only of methods that
// lost nothing: what was renamed would be null while its value is there.
func (in *input) mark(settle bool) {
	locked, err := in.locked()
	if err != nil || settle {
		return // in.lock reports what is wrong with the lock
	}
	before := make(map[uint32]*contract.Method, len(locked.Methods))
	for i := range locked.Methods {
		before[locked.Methods[i].ID] = &locked.Methods[i]
	}
	for _, m := range in.model.Methods {
		if was := before[m.ID]; was != nil && keeps(m, was) {
			markMethod(m, was)
		}
	}
}

// keeps reports whether m has every param and column that it had.
func keeps(m *ir.Method, was *contract.Method) bool {
	return !slices.ContainsFunc(was.Params, func(old contract.Param) bool {
		return !slices.ContainsFunc(m.Params, func(p *ir.Param) bool { return p.Name == old.Name })
	}) && !slices.ContainsFunc(was.Columns, func(old contract.Column) bool {
		return !slices.ContainsFunc(m.Columns, func(c *ir.Column) bool { return c.Name == old.Name })
	})
}

func markMethod(m *ir.Method, was *contract.Method) {
	for _, p := range m.Params {
		i := slices.IndexFunc(was.Params, func(old contract.Param) bool { return old.Name == p.Name })
		p.Added = p.Optional && p.Fill == "" && (i < 0 || was.Params[i].Added)
	}
	if m.Shape != ir.Object && m.Shape != ir.Optional && m.Shape != ir.Array {
		return
	}
	for _, c := range m.Columns {
		i := slices.IndexFunc(was.Columns, func(old contract.Column) bool { return old.Name == c.Name })
		c.Added = !c.NotNull && !c.Type.NotNull && (i < 0 || was.Columns[i].Added)
	}
}
