package pgval

import (
	"slices"
	"strings"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Nullable codes a value that may be NULL, which is nil. f codes the value.
func Nullable[T any](c *Coder, v **T, f func(*Coder, *T)) {
	switch {
	case c.decoding && c.isNull():
		*v = nil
	case c.decoding:
		*v = new(T)
		f(c, *v)
	case *v == nil:
		c.begin()
		c.dst = append(c.dst, "null"...)
	default:
		f(c, *v)
	}
}

// Optional codes a parameter that may be absent, or null. An absent one is left
// out of its object; elsewhere it is a fault.
func Optional[T any](c *Coder, v *Opt[T], f func(*Coder, *T)) {
	switch {
	case c.decoding:
		decodeOptional(c, v, f)
	case v.state == optValue:
		f(c, &v.value)
	case v.state == optNull:
		c.begin()
		c.dst = append(c.dst, "null"...)
	case !c.pending:
		c.fault("missing", "a value is required")
	default:
		c.pending = false
	}
}

func decodeOptional[T any](c *Coder, v *Opt[T], f func(*Coder, *T)) {
	*v = Opt[T]{}
	switch c.raw {
	case "":
	case "null":
		v.state = optNull
	default:
		v.state = optValue
		f(c, &v.value)
	}
}

// Slice codes an array. f codes an element. A nil slice is an empty array.
func Slice[T any](c *Coder, v *[]T, f func(*Coder, *T)) {
	if c.decoding {
		decodeSlice(c, v, f)
		return
	}
	c.begin()
	c.dst = append(c.dst, '[')
	c.path = append(c.path, step{})
	for i := range *v {
		if i > 0 {
			c.dst = append(c.dst, ',')
		}
		c.path[len(c.path)-1] = step{index: i}
		f(c, &(*v)[i])
	}
	c.path = c.path[:len(c.path)-1]
	c.dst = append(c.dst, ']')
}

func decodeSlice[T any](c *Coder, v *[]T, f func(*Coder, *T)) {
	raw, ok := c.take()
	if !ok {
		return
	}
	if raw[0] != '[' {
		c.fault("wrong_type", "want an array")
		return
	}
	s := []T{}
	c.path = append(c.path, step{})
	for cursor := pgjson.Walk(raw); ; {
		if _, c.raw, ok = cursor.Next(); !ok {
			break
		}
		c.path[len(c.path)-1] = step{index: len(s)}
		var element T
		s = append(s, element)
		raw, before := c.raw, len(c.faults)
		f(c, &s[len(s)-1])
		c.explainNesting(raw, before)
	}
	c.path = c.path[:len(c.path)-1]
	*v = s
}

// explainNesting says of an element, raw, what is wrong when it is an array and
// was refused as a whole: the array has more dimensions than its Go type.
func (c *Coder) explainNesting(raw string, before int) {
	if raw[0] != '[' || len(c.faults) != before+1 || c.faults[before].Path != c.where() {
		return
	}
	c.faults[before] = pgjson.Fault{
		Path: c.where(), Reason: "wrong_type",
		Message: "the array has more dimensions than its Go type: say how many with @dims in the function's comment",
	}
}

// Struct codes a nested Object: a composite or a row.
func Struct[T any, P interface {
	*T
	Object
}](c *Coder, v *T) {
	c.object(P(v))
}

// maxListedLabels bounds how many labels a fault's message lists.
const maxListedLabels = 10

// Label codes an enum. Only a known label is written, but any is read, so that
// an older client survives a new label.
func Label[E ~string](c *Coder, v *E, labels []string) {
	if c.decoding {
		if text, ok := c.takeString(); ok {
			*v = E(text)
		}
		return
	}
	if !slices.Contains(labels, string(*v)) {
		listed := labels[:min(len(labels), maxListedLabels)]
		c.fault("invalid", "want a label of the enum, such as "+strings.Join(listed, ", "))
	}
	c.begin()
	c.dst = pgjson.AppendString(c.dst, string(*v))
}
