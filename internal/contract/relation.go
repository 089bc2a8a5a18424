package contract

// relation says what a type is to the one before it, for those who send values.
type relation uint8

const (
	sameJSON relation = iota // the same values in the same JSON
	wider                    // it takes all that the other took, and means the same by it
	narrower                 // the reverse
	different
)

// takes lists the kinds that take all JSON of a kind and mean the same value by
// it (docs/protocol.md, "Values"): bigint takes numbers besides strings, numeric
// too; numbers take no strings but NaN and infinities. An integer becomes the
// nearest float, so only those that floats hold exactly count. A date is no
// timestamp: 2024-01-31 lacks the time.
var takes = closure(map[Kind][]Kind{
	"int2":       {"int4", "float4"},
	"int4":       {"int8number", "float8"},
	"oid":        {"int8number", "float8"},
	"int8number": {"int8", "float8"},
	"int8":       {"numeric"},
	"float4":     {"float8"},
	"float8":     {"numeric"},
	"cidr":       {"inet"},
	"uuid":       {"text"},
	kindEnum:     {"text"},
})

// closure follows the arrows to their ends.
func closure(direct map[Kind][]Kind) map[[2]Kind]bool {
	all := map[[2]Kind]bool{}
	for from := range direct {
		queue := direct[from]
		for len(queue) > 0 {
			to := queue[0]
			queue = queue[1:]
			if !all[[2]Kind{from, to}] {
				all[[2]Kind{from, to}] = true
				queue = append(append([]Kind{}, queue...), direct[to]...)
			}
		}
	}
	return all
}

// documents are the kinds that take any JSON.
var documents = map[Kind]bool{"json": true, "jsonb": true}

// opaque are the kinds whose text only the type itself understands.
var opaque = map[Kind]bool{"literal": true, "textjson": true}

// nameType is the only text that cuts values, after 63 bytes.
const nameType = "name"

// relate compares two types that are neither domains nor of one kind with parts.
// nested says that they are inside an array, where JSON arrays are documents of
// json but dimensions of all others.
func relate(old, new resolved, nested bool) relation {
	switch {
	case old.kind == "" || new.kind == "":
		return different
	case old.kind == "text" && new.kind == "text":
		return relateTexts(old.name, new.name)
	case old.kind == new.kind && opaque[old.kind] && old.name != new.name:
		return different
	case old.kind == new.kind, documents[old.kind] && documents[new.kind]:
		return sameJSON
	case takes[[2]Kind{old.kind, new.kind}], documents[new.kind] && !nested:
		return wider
	case takes[[2]Kind{new.kind, old.kind}], documents[old.kind] && !nested:
		return narrower
	}
	return different
}

func relateTexts(old, new string) relation {
	switch {
	case new == nameType && old != nameType:
		return narrower
	case old == nameType && new != nameType:
		return wider
	}
	return sameJSON
}
