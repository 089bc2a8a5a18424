package pgval

// Range is a range: all values from a lower to an upper bound, where nil is
// unbounded, or no value at all. The zero value is unbounded both ways. Of
// discrete types PostgreSQL answers ranges that include the lower bound and not
// the upper.
type Range[T any] struct {
	Lower, Upper                   *T
	LowerInclusive, UpperInclusive bool // of no meaning for an unbounded side
	Empty                          bool // the rest is of no meaning then
}

// Between returns the range from lower to upper without upper: "[)".
func Between[T any](lower, upper T) Range[T] {
	return Range[T]{Lower: &lower, Upper: &upper, LowerInclusive: true}
}

// EmptyRange returns the range without values.
func EmptyRange[T any]() Range[T] { return Range[T]{Empty: true} }

// bounds returns how the range's bounds are written.
func (r *Range[T]) bounds() string {
	open, end := "(", ")"
	if r.Lower != nil && r.LowerInclusive {
		open = "["
	}
	if r.Upper != nil && r.UpperInclusive {
		end = "]"
	}
	return open + end
}

// RangeOf codes a range; f codes a bound. A multirange is a Slice of them.
func RangeOf[T any](c *Coder, v *Range[T], f func(*Coder, *T)) {
	c.object(&rangeObject[T]{v, f})
}

// rangeObject is a range as an object with the members of [pgjson.KindRange].
type rangeObject[T any] struct {
	r *Range[T]
	f func(*Coder, *T)
}

// CodeJSON implements Object.
func (o *rangeObject[T]) CodeJSON(c *Coder) {
	if c.decoding {
		o.decode(c)
		return
	}
	if o.r.Empty {
		c.Field("empty")
		c.Bool(&o.r.Empty)
		return
	}
	c.Field("lower")
	Nullable(c, &o.r.Lower, o.f)
	c.Field("upper")
	Nullable(c, &o.r.Upper, o.f)
	c.Field("bounds")
	bounds := o.r.bounds()
	c.Text(&bounds)
}

func (o *rangeObject[T]) decode(c *Coder) {
	*o.r = Range[T]{}
	if c.Field("empty"); c.raw != "" {
		c.Bool(&o.r.Empty)
	}
	lower, upper, bounds := c.find("lower"), c.find("upper"), c.find("bounds")
	switch {
	case o.r.Empty && (lower != "" || upper != "" || bounds != ""):
		c.fault("invalid", "an empty range has no bounds: leave them out")
	case o.r.Empty:
	case lower == "" && upper == "":
		c.faultOutside("missing", `want lower and upper, of which null is unbounded, or {"empty": true}`)
	default:
		o.decodeBounds(c)
	}
}

func (o *rangeObject[T]) decodeBounds(c *Coder) {
	c.Field("lower")
	o.bound(c, &o.r.Lower)
	c.Field("upper")
	o.bound(c, &o.r.Upper)
	bounds := "[)"
	if c.Field("bounds"); c.raw != "" {
		c.Text(&bounds)
	}
	if len(bounds) != 2 || bounds[0] != '[' && bounds[0] != '(' || bounds[1] != ']' && bounds[1] != ')' {
		c.fault("invalid", `want one of "[)", "[]", "(]" and "()"`)
		return
	}
	o.r.LowerInclusive = o.r.Lower != nil && bounds[0] == '['
	o.r.UpperInclusive = o.r.Upper != nil && bounds[1] == ']'
}

// bound reads a bound, which may be left out for null.
func (o *rangeObject[T]) bound(c *Coder, v **T) {
	if c.raw == "" {
		c.raw = "null"
	}
	Nullable(c, v, o.f)
}
