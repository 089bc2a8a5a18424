package catalog

// CanonicalType returns the catalog's name of a type as people write it:
// "int8" gives "bigint", "timestamptz[]" gives "timestamp with time zone[]".
func CanonicalType(name string) string {
	k := keyOf(scan(name))
	canonical := k.name
	if k.schema != "" {
		canonical = k.schema + "." + canonical
	}
	if k.array {
		canonical += "[]"
	}
	return canonical
}
