package kitchen_test

import (
	"fmt"
	"slices"
	"strings"
)

const emptyRange = `{"empty":true}`

// bound is a value at the end of a range. There is none where it is unbounded.
type bound struct {
	value
	unbounded bool
}

// sorted returns n values of a range's subtype in their order; some may be equal.
func sorted(t *typ, n int, s source) []leaf {
	r := t.row
	var all []leaf
	if r.compare == nil {
		at := make([]int, n)
		for i := range at {
			at[i] = s.pick(len(r.ascending))
		}
		slices.Sort(at)
		for _, i := range at {
			all = append(all, r.ascending[i])
		}
		return all
	}
	for range n {
		all = append(all, s.leaf(r))
	}
	slices.SortStableFunc(all, func(a, b leaf) int { return r.compare(a.out(), b.out()) })
	return all
}

func (r *row) equal(a, b leaf) bool {
	if r.compare == nil {
		return a.out() == b.out()
	}
	return r.compare(a.out(), b.out()) == 0
}

// ends are the bounds of ranges, as JSON has them.
var ends = []string{"[]", "[)", "(]", "()"}

func composeRange(t *typ, s source) value {
	if s.pick(6) == 5 {
		return value{emptyRange, cast("'empty'", t), emptyRange}
	}
	two := sorted(t.elem, 2, s)
	lower, upper := bound{value: two[0].value(t.elem)}, bound{value: two[1].value(t.elem)}
	lower.unbounded = s.pick(5) == 4
	upper.unbounded = s.pick(5) == 4 || t.row.last != "" && upper.want == t.row.last
	marks := ends[s.pick(len(ends))]
	if t.row.last != "" && lower.want == t.row.last {
		marks = "[" + marks[1:] // it has no successor
	}
	v := t.span(lower, upper, marks, t.row.equal(two[0], two[1]))
	if marks == "[)" && s.pick(2) == 1 {
		v.in = strings.Replace(v.in, `,"bounds":"[)"`, "", 1)
	}
	return v
}

// span is the range from lower to upper, which may be equal.
func (t *typ) span(lower, upper bound, marks string, equal bool) value {
	for _, b := range []*bound{&lower, &upper} {
		if b.unbounded {
			b.in, b.sql, b.want = "null", "null", "null"
		}
	}
	const form = `{"lower":%s,"upper":%s,"bounds":"%s"}`
	return value{
		fmt.Sprintf(form, lower.in, upper.in, marks),
		fmt.Sprintf("%s(%s,%s,'%s')", t.sql, lower.sql, upper.sql, marks),
		t.canonical(lower, upper, marks, equal, form),
	}
}

// canonical returns the JSON of a range as PostgreSQL keeps it: nothing is
// included where there is no bound, and discrete types have the form [).
func (t *typ) canonical(lower, upper bound, marks string, equal bool, form string) string {
	open, end := marks[0], marks[1]
	bounded := !lower.unbounded && !upper.unbounded
	if bounded && equal && marks != "[]" {
		return emptyRange
	}
	if next := t.row.next; next != nil && t.sql == t.row.builtin {
		if after, ok := next(lower.want); ok && !lower.unbounded && open == '(' {
			lower.want, open = after, '['
		}
		if after, ok := next(upper.want); ok && !upper.unbounded && end == ']' {
			upper.want, end = after, ')'
		}
		if bounded && lower.want == upper.want && (open != '[' || end != ']') {
			return emptyRange
		}
	}
	if lower.unbounded {
		open = '('
	}
	if upper.unbounded {
		end = ')'
	}
	return fmt.Sprintf(form, lower.want, upper.want, string([]byte{open, end}))
}

// composeMultirange makes ranges that stay apart and gives them in the wrong
// order, with an empty one: PostgreSQL sorts them and drops that.
func composeMultirange(t *typ, s source) value {
	if s.pick(4) == 3 {
		return value{"[]", cast("'{}'", t), "[]"}
	}
	four := slices.CompactFunc(sorted(t.elem.elem, 4, s), t.row.equal)
	var parts []value
	for i := 0; i+1 < len(four); i += 2 {
		lower, upper := bound{value: four[i].value(t.elem.elem)}, bound{value: four[i+1].value(t.elem.elem)}
		upper.unbounded = i+2 >= len(four) && s.pick(3) == 2
		parts = append(parts, t.elem.span(lower, upper, "[)", false))
	}
	if len(four) == 1 {
		parts = append(parts, t.elem.span(bound{value: four[0].value(t.elem.elem)}, bound{unbounded: true}, "[)", false))
	}
	want := join(parts, "[", "]", "", "").want
	slices.Reverse(parts)
	parts = append(parts, value{emptyRange, "'empty'::" + t.elem.sql, ""})
	v := join(parts, "[", "]", t.sql+"(", ")")
	v.want = want
	return v
}
