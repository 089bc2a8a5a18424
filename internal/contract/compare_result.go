package contract

// answer is a result with its form. A value that is a composite can be seen as
// a row: its JSON is the same.
type answer struct {
	form
	shape   Shape
	columns []Column
	types   typeSet
}

func (m *Method) answer(types typeSet) answer {
	return answer{forms[m.Result], m.Result, m.Columns, types}
}

// nullable reports whether the result, or an element of it, may be null.
func (a answer) nullable() bool {
	return a.void || a.null || !a.row && len(a.columns) > 0 && !a.columns[0].NotNull
}

// expand turns a composite value into a row; ok is false for any other.
func (a answer) expand() (answer, bool) {
	if a.void || a.row || len(a.columns) != 1 {
		return a, false
	}
	r := a.types.resolve(a.columns[0].Type)
	if r.kind != kindComposite || r.def == nil {
		return a, false
	}
	out := a
	out.row, out.null, out.columns = true, a.nullable(), nil
	for _, f := range r.def.Fields {
		out.columns = append(out.columns, Column{Name: f.Name, Type: f.Type, NotNull: f.NotNull})
	}
	return out, true
}

// result compares what clients read.
func (c *comparer) result(was, is *Method) {
	at := placeOf(is).at("result")
	a, b := was.answer(c.oldTypes), is.answer(c.newTypes)
	if a.row != b.row {
		side := &a
		if a.row {
			side = &b
		}
		if expanded, ok := side.expand(); ok {
			*side = expanded
		}
	}
	f := facts{name: "the result", old: string(was.Result), new: string(is.Result)}
	if a.void != b.void || a.list != b.list || a.row != b.row {
		c.add("BRK050", at, f)
		return
	}
	if a.void {
		return
	}
	if a.row {
		c.rowNull(at, f, a, b)
		c.columns(at, a.columns, b.columns)
		return
	}
	c.onlyValue(at, f, a, b)
}

// rowNull compares whether there may be null instead of a row.
func (c *comparer) rowNull(at place, f facts, a, b answer) {
	switch {
	case !a.nullable() && b.nullable():
		c.add("BRK056", at, f)
	case a.nullable() && !b.nullable():
		c.add("BRK057", at, f)
	case a.shape != b.shape:
		c.add("BRK051", at, f)
	}
}

// onlyValue compares results that are one value, or an array of values.
func (c *comparer) onlyValue(at place, f facts, a, b answer) {
	old, new := a.columns[0], b.columns[0]
	c.value(at, output, f.name, old.Type, new.Type)
	c.elements(at, output, f.name, old.Elements, new.Elements)
	switch n := c.nullness(old.NotNull, new.NotNull, old.Type, new.Type); {
	case a.shape == b.shape:
		c.nullable(at, output, f.name, n)
	case !a.nullable() && b.nullable():
		c.add("BRK056", at, f)
	case a.nullable() && !b.nullable():
		c.add("BRK057", at, f)
	default:
		c.add("BRK051", at, f)
	}
	c.source(at, old, new)
}

func (c *comparer) columns(at place, old, new []Column) {
	pairs := match(columnItems(old), columnItems(new), c.sameType)
	for _, p := range pairs {
		switch {
		case p.old < 0:
			c.add("BRK054", at.in(new[p.new].Name), facts{name: new[p.new].Name, new: new[p.new].Type})
		case p.new < 0:
			c.add("BRK052", at.in(old[p.old].Name), facts{name: old[p.old].Name, old: old[p.old].Type})
		default:
			c.column(at, old[p.old], new[p.new])
		}
	}
	if reordered(pairs) {
		c.add("BRK058", at, facts{old: names(columnItems(old)), new: names(columnItems(new))})
	}
}

func columnItems(columns []Column) []item {
	items := make([]item, len(columns))
	for i, c := range columns {
		items[i] = item{name: c.Name, typ: c.Type}
	}
	return items
}

func (c *comparer) column(at place, was, is Column) {
	// What clients read is under the old name.
	at = at.in(was.Name)
	if was.Name != is.Name {
		c.add("BRK053", at, facts{name: was.Name, old: was.Name, new: is.Name})
	} else {
		c.source(at, was, is)
	}
	c.value(at, output, is.Name, was.Type, is.Type)
	c.elements(at, output, is.Name, was.Elements, is.Elements)
	c.nullable(at, output, is.Name, c.nullness(was.NotNull, is.NotNull, was.Type, is.Type))
	c.predecessor(at, is.Name, was.Added, is.Added)
}

// predecessor compares whether a database without name is served.
func (c *comparer) predecessor(at place, name string, was, is bool) {
	words := map[bool]string{true: "served", false: "not served"}
	if was != is {
		c.add("BRK059", at, facts{name: name, old: words[was], new: words[is]})
	}
}

// source compares the database's names of columns, which clients do not see.
func (c *comparer) source(at place, was, is Column) {
	if was.Source != is.Source {
		c.add("BRK040", at, facts{name: is.Name, old: was.Source, new: is.Source})
	}
}
