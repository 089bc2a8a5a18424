package pgjson

// Kind is the family of a type: it decides the JSON form and the binary layout.
type Kind uint8

// The kinds. docs/protocol.md, "Values", gives the JSON of each.
const (
	KindLiteral Kind = iota // any type without a transcoder: text format, a JSON string
	KindBool
	KindInt2
	KindInt4
	KindInt8       // a JSON string out, a string or an integer in
	KindInt8Number // an integer, at most 2^53 either way (manifest: json: {bigint: number})
	KindOID        // oid, xid, cid: an integer without sign
	KindFloat4
	KindFloat8
	KindNumeric
	KindText // text, varchar, bpchar, name, citext
	KindBytea
	KindUUID
	KindDate
	KindTime
	KindTimeTZ
	KindTimestamp
	KindTimestampTZ
	KindInterval
	KindInet
	KindCIDR
	KindMACAddr
	KindMACAddr8
	KindBit // bit, varbit
	KindJSON
	KindJSONB
	KindTextJSON // a type whose text is JSON (manifest: types: {…: json}): text format, inlined
	KindEnum
	KindHstore
	KindVector // of the extension vector (pgvector)
	KindDomain
	KindComposite
	KindArray
	KindRange
	KindMultirange

	kinds // how many there are
)

// Type describes a PostgreSQL type. Descriptors are immutable and shared.
type Type struct {
	Kind Kind
	Name string // as format_type prints it with an empty search_path: "bigint", "app.mood"
	OID  uint32 // of a built-in type, the same in every database; 0 for a type of the schema

	// Elem is the element of a KindArray, the base type of a KindDomain, the
	// subtype of a KindRange, the range type of a KindMultirange.
	Elem    *Type
	NotNull bool     // KindDomain: NULL is not a value of it
	Checks  []Check  // KindDomain: rules to apply before the database does
	Labels  []string // KindEnum
	Fields  []Field  // KindComposite, without dropped attributes
	Delim   byte     // KindArray: what stands between elements in text (typdelim); 0 is a comma

	Dims        int  // KindArray: how many dimensions a value has, unless it is empty; 0 is any number
	ElemNotNull bool // KindArray: no element is NULL
}

// Field is one attribute of a composite type.
type Field struct {
	Name    string // the JSON key
	Type    *Type
	NotNull bool
}

// Format codes of parameters and results (PostgreSQL: "Formats and Format Codes").
const (
	TextFormat   int16 = 0
	BinaryFormat int16 = 1
)

// Format returns the format in which values of t travel: text for a literal
// and for whatever contains one.
func (t *Type) Format() int16 {
	switch t.Kind {
	case KindLiteral, KindTextJSON:
		return TextFormat
	case KindDomain, KindArray, KindRange, KindMultirange:
		return t.Elem.Format()
	case KindComposite:
		for i := range t.Fields {
			if t.Fields[i].Type.Format() == TextFormat {
				return TextFormat
			}
		}
	}
	return BinaryFormat
}

// OIDs gives the OIDs of the schema's own types by Type.Name. They differ
// between databases and are resolved once per connection pool.
type OIDs map[string]uint32

// Of returns t's OID in this database; ok is false when it is not known.
func (o OIDs) Of(t *Type) (oid uint32, ok bool) {
	if t.OID != 0 {
		return t.OID, true
	}
	oid, ok = o[t.Name]
	return oid, ok
}
