package kitchen_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

const megabyte = 1 << 20

// largeLeaves are values of a megabyte or more, or as large as a type can be.
func largeLeaves() map[string][]leaf {
	data := bytes.Repeat(allBytes(), megabyte/256)
	document := `{"a":[` + strings.Repeat(`{"b":"`+strings.Repeat("x", 90)+`"},`, megabyte/100) + `null]}`
	return map[string][]leaf{
		"text": strs(strings.Repeat("x", megabyte), strings.Repeat("\U0001F600", megabyte/4), strings.Repeat("\x01\"\\\n", megabyte/4),
			strings.Repeat("ü", megabyte/2)),
		"bytea":  {{in: quoted(base64.StdEncoding.EncodeToString(data)), sql: `\x` + hex.EncodeToString(data)}},
		"json":   same(document),
		"jsonb":  jsonbLeaves(document),
		"varbit": strs(strings.Repeat("10", megabyte/2)),
		"numeric": {
			{in: quoted(strings.Repeat("9", 131072))},
			{in: "-1e131071", want: quoted("-1" + strings.Repeat("0", 131071))},
			{in: `"1e-16383"`, want: quoted("0." + strings.Repeat("0", 16382) + "1")},
		},
	}
}

// large sends large values alone, in an array, a composite and a domain.
func (k *kitchen) large(t *testing.T) {
	c := k.dial(t)
	leaves := largeLeaves()
	for _, types := range k.types {
		if leaves[types.row.key] == nil {
			continue
		}
		t.Run(types.row.key, func(t *testing.T) { c.large(t, types, leaves[types.row.key]) })
	}
}

// single makes the first scalar a large one, and the others the type's second edge.
type single struct {
	large leaf
	used  bool
}

func (s *single) leaf(r *row) leaf {
	if s.used {
		return r.edges[1]
	}
	s.used = true
	return s.large
}

func (*single) pick(int) int { return 0 }

// large sends every leaf alone, and the first of them inside of others too.
func (c *client) large(t *testing.T, types *types, leaves []leaf) {
	inside := map[string]bool{"arr": true, "comp": true, "dom2": true, "doms": true}
	for n, l := range leaves {
		for _, f := range types.every() {
			if f.name != "v" && (n > 0 || !inside[f.name]) {
				continue
			}
			v := compose(f.typ, &single{large: l})
			c.check(t, []call{newCall("id_"+types.row.key+"_"+f.name, one, []field{f}, v.want, argument{"a_v", v})})
		}
	}
}
