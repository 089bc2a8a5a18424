package pgval

import (
	"cmp"
	"maps"
	"slices"
)

// Hstore codes an hstore as an object of strings and nulls. Keys are written in
// PostgreSQL's order: shorter ones first. A nil map is an empty hstore.
func (c *Coder) Hstore(v *map[string]*string) { c.object((*hstore)(v)) }

type hstore map[string]*string

// CodeJSON implements Object.
func (h *hstore) CodeJSON(c *Coder) {
	if c.decoding {
		h.decode(c)
		return
	}
	keys := slices.SortedFunc(maps.Keys(*h), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	for _, key := range keys {
		if c.Field(key); !storable(key) {
			c.fault("invalid", "want a key in UTF-8 without NUL characters, which PostgreSQL cannot store")
		}
		value := (*h)[key]
		Nullable(c, &value, (*Coder).Text)
	}
}

func (h *hstore) decode(c *Coder) {
	members := c.members[c.base:]
	*h = make(hstore, len(members))
	for i := range members {
		m := &members[i]
		m.used, c.raw = true, m.raw
		c.path[len(c.path)-1].name = cmp.Or(m.name, `""`) // an empty name would be an index
		if m.bad {
			c.fault("invalid", "want a key without NUL characters and lone surrogates, which PostgreSQL cannot store")
		}
		if _, again := (*h)[m.name]; again {
			c.fault("duplicate", "the key occurs twice")
		}
		var value *string
		Nullable(c, &value, (*Coder).Text)
		(*h)[m.name] = value
	}
}

// Vector codes a vector of the extension pgvector, which has no infinities and
// no NaN. An empty one is a fault.
func (c *Coder) Vector(v *[]float32) {
	before := len(c.faults)
	Slice(c, v, func(c *Coder, f *float32) {
		if c.decoding && c.raw[0] == '"' || !c.decoding && *f-*f != 0 {
			c.fault("wrong_type", "want a number")
			return
		}
		c.Float4(f)
	})
	if n := len(*v); len(c.faults) == before && (n == 0 || n > maxVector) {
		c.fault("out_of_range", "want 1 to 16000 numbers")
	}
}

// maxVector is the number of dimensions that a vector may have.
const maxVector = 16000
