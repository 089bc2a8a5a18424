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
	KindFloat4
	KindFloat8
	KindNumeric
	KindText // text, varchar, bpchar, name, citext
	KindBytea
	KindUUID
	KindDate
	KindTime
	KindTimestamp
	KindTimestampTZ
	KindJSON
	KindJSONB
	KindEnum
	KindDomain
	KindComposite
	KindArray
)

// Type describes a PostgreSQL type. Descriptors are immutable and shared.
type Type struct {
	Kind Kind
	Name string // as format_type prints it with an empty search_path: "bigint", "app.mood"
	OID  uint32 // of a built-in type, the same in every database; 0 for a type of the schema

	Elem    *Type    // KindArray: the element; KindDomain: the base type
	NotNull bool     // KindDomain: NULL is not a value of it
	Labels  []string // KindEnum
	Fields  []Field  // KindComposite, without dropped attributes
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
	case KindLiteral:
		return TextFormat
	case KindDomain, KindArray:
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

// The built-in types.
var (
	Bool        = Type{Kind: KindBool, Name: "boolean", OID: 16}
	Bytea       = Type{Kind: KindBytea, Name: "bytea", OID: 17}
	Name        = Type{Kind: KindText, Name: "name", OID: 19}
	Int8        = Type{Kind: KindInt8, Name: "bigint", OID: 20}
	Int8Number  = Type{Kind: KindInt8Number, Name: "bigint", OID: 20}
	Int2        = Type{Kind: KindInt2, Name: "smallint", OID: 21}
	Int4        = Type{Kind: KindInt4, Name: "integer", OID: 23}
	Text        = Type{Kind: KindText, Name: "text", OID: 25}
	JSON        = Type{Kind: KindJSON, Name: "json", OID: 114}
	Float4      = Type{Kind: KindFloat4, Name: "real", OID: 700}
	Float8      = Type{Kind: KindFloat8, Name: "double precision", OID: 701}
	BPChar      = Type{Kind: KindText, Name: "character", OID: 1042}
	VarChar     = Type{Kind: KindText, Name: "character varying", OID: 1043}
	Date        = Type{Kind: KindDate, Name: "date", OID: 1082}
	Time        = Type{Kind: KindTime, Name: "time without time zone", OID: 1083}
	Timestamp   = Type{Kind: KindTimestamp, Name: "timestamp without time zone", OID: 1114}
	TimestampTZ = Type{Kind: KindTimestampTZ, Name: "timestamp with time zone", OID: 1184}
	Numeric     = Type{Kind: KindNumeric, Name: "numeric", OID: 1700}
	UUID        = Type{Kind: KindUUID, Name: "uuid", OID: 2950}
	JSONB       = Type{Kind: KindJSONB, Name: "jsonb", OID: 3802}
)
