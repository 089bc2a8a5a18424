package pgval

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Coder moves values to or from JSON, in the form that package pgjson gives
// the PostgreSQL type. What is wrong with a value is collected, and
// comes out of [Marshal] and [Unmarshal] as an [*Error].
//
// An Object calls Field and then the method of one value, for each member. In
// arrays and at the root there is no Field.
type Coder struct {
	decoding bool
	path     []step
	faults   []pgjson.Fault

	dst     []byte
	name    string // of the member that Field announced
	pending bool   // it is not written yet

	raw     string   // the value at hand, "" for a missing member
	members []member // of the objects being decoded
	base    int      // where those of the innermost object begin
	next    int      // the one that is expected next
}

// step is a part of a path: a member, or an index when the name is empty.
type step struct {
	name  string
	index int
}

// member is a member of an object being decoded.
type member struct {
	name, raw string
	bad       bool // the key stands for no text that PostgreSQL can store
	used      bool // a field has taken it
}

// Field announces the member that the next value belongs to.
func (c *Coder) Field(name string) {
	if n := len(c.path); n > 0 {
		c.path[n-1].name = name
	}
	if c.decoding {
		c.raw = c.find(name)
		return
	}
	c.name, c.pending = name, true
}

// find returns the value of a member of the innermost object. Members in the
// order of the fields are found at once.
func (c *Coder) find(name string) string {
	members := c.members[c.base:]
	i := c.next
	if i >= len(members) || members[i].name != name {
		i = slices.IndexFunc(members, func(m member) bool { return m.name == name })
	}
	if i < 0 {
		return ""
	}
	members[i].used = true
	c.next = i + 1
	return members[i].raw
}

// duplicates finds members that no field has taken because another of the same
// name was. It moves those taken, which are not more than the fields, to the
// front.
func (c *Coder) duplicates() {
	members := c.members[c.base:]
	taken := 0
	for i := range members {
		if members[i].used {
			members[taken], members[i] = members[i], members[taken]
			taken++
		}
	}
	for _, m := range members[taken:] {
		if slices.ContainsFunc(members[:taken], func(t member) bool { return t.name == m.name }) {
			c.path[len(c.path)-1].name = m.name
			c.fault("duplicate", "the key occurs twice")
		}
	}
}

// begin writes the name of the member whose value comes next, if there is one.
func (c *Coder) begin() {
	if !c.pending {
		return
	}
	if n := len(c.dst); n > 0 && c.dst[n-1] != '{' {
		c.dst = append(c.dst, ',')
	}
	c.dst = append(pgjson.AppendString(c.dst, c.name), ':')
	c.pending = false
}

// take returns the value at hand, which must not be missing or null.
func (c *Coder) take() (raw string, ok bool) {
	switch c.raw {
	case "":
		c.fault("missing", "a value is required")
	case "null":
		c.fault("null", "null is not allowed here")
	default:
		return c.raw, true
	}
	return "", false
}

// isNull reports whether the value at hand is NULL. A missing member is NULL
// too, but not in the outermost object: there an absent parameter differs from
// null, and a result has all its columns.
func (c *Coder) isNull() bool {
	return c.raw == "null" || c.raw == "" && len(c.path) > 1
}

// object writes or reads o.
func (c *Coder) object(o Object) {
	if v := reflect.ValueOf(o); o == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		c.fault("invalid", "want an object, got nil")
		return
	}
	if c.decoding {
		c.decodeObject(o)
		return
	}
	c.begin()
	c.dst = append(c.dst, '{')
	c.path = append(c.path, step{})
	o.CodeJSON(c)
	c.path = c.path[:len(c.path)-1]
	c.dst = append(c.dst, '}')
	c.pending = false
}

func (c *Coder) decodeObject(o Object) {
	raw, ok := c.take()
	if !ok {
		return
	}
	if raw[0] != '{' {
		c.fault("wrong_type", "want an object")
		return
	}
	base, next := c.base, c.next
	c.base, c.next = len(c.members), 0
	for cursor := pgjson.Walk(raw); ; {
		key, value, ok := cursor.Next()
		if !ok {
			break
		}
		c.members = append(c.members, readMember(key, value))
	}
	c.path = append(c.path, step{})
	o.CodeJSON(c)
	c.duplicates()
	c.path = c.path[:len(c.path)-1]
	c.members = c.members[:c.base]
	c.base, c.next = base, next
}

// readMember unquotes a key. One that stands for no text matches no field.
func readMember(key, value string) member {
	name, err := pgjson.ReadString(key)
	return member{name: name, raw: value, bad: err != nil}
}

// maxFaults bounds the faults of one value, as in pgjson.
const maxFaults = 100

func (c *Coder) fault(reason, message string) {
	switch n := len(c.faults); {
	case n < maxFaults:
		c.faults = append(c.faults, pgjson.Fault{Path: c.where(), Reason: reason, Message: message})
	case n == maxFaults:
		c.faults = append(c.faults, pgjson.Fault{Reason: "invalid", Message: "more is wrong than the 100 faults before this one"})
	}
}

// faultOutside adds a fault of the innermost object itself, not of a member.
func (c *Coder) faultOutside(reason, message string) {
	last := len(c.path) - 1
	inner := c.path[last]
	c.path = c.path[:last]
	c.fault(reason, message)
	c.path = append(c.path, inner)
}

func (c *Coder) where() string {
	var b []byte
	for _, s := range c.path {
		switch {
		case s.name == "":
			b = append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
			continue
		case len(b) > 0:
			b = append(b, '.')
		}
		b = append(b, s.name...)
	}
	return string(b)
}
