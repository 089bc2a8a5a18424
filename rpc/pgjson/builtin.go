package pgjson

// The built-in types, by OID.
var (
	Bool        = Type{Kind: KindBool, Name: "boolean", OID: 16}
	Bytea       = Type{Kind: KindBytea, Name: "bytea", OID: 17}
	Name        = Type{Kind: KindText, Name: "name", OID: 19}
	Int8        = Type{Kind: KindInt8, Name: "bigint", OID: 20}
	Int8Number  = Type{Kind: KindInt8Number, Name: "bigint", OID: 20}
	Int2        = Type{Kind: KindInt2, Name: "smallint", OID: 21}
	Int4        = Type{Kind: KindInt4, Name: "integer", OID: 23}
	Text        = Type{Kind: KindText, Name: "text", OID: 25}
	OID         = Type{Kind: KindOID, Name: "oid", OID: 26}
	XID         = Type{Kind: KindOID, Name: "xid", OID: 28}
	CID         = Type{Kind: KindOID, Name: "cid", OID: 29}
	JSON        = Type{Kind: KindJSON, Name: "json", OID: 114}
	CIDR        = Type{Kind: KindCIDR, Name: "cidr", OID: 650}
	Float4      = Type{Kind: KindFloat4, Name: "real", OID: 700}
	Float8      = Type{Kind: KindFloat8, Name: "double precision", OID: 701}
	MACAddr8    = Type{Kind: KindMACAddr8, Name: "macaddr8", OID: 774}
	MACAddr     = Type{Kind: KindMACAddr, Name: "macaddr", OID: 829}
	Inet        = Type{Kind: KindInet, Name: "inet", OID: 869}
	BPChar      = Type{Kind: KindText, Name: "character", OID: 1042}
	VarChar     = Type{Kind: KindText, Name: "character varying", OID: 1043}
	Date        = Type{Kind: KindDate, Name: "date", OID: 1082}
	Time        = Type{Kind: KindTime, Name: "time without time zone", OID: 1083}
	Timestamp   = Type{Kind: KindTimestamp, Name: "timestamp without time zone", OID: 1114}
	TimestampTZ = Type{Kind: KindTimestampTZ, Name: "timestamp with time zone", OID: 1184}
	Interval    = Type{Kind: KindInterval, Name: "interval", OID: 1186}
	TimeTZ      = Type{Kind: KindTimeTZ, Name: "time with time zone", OID: 1266}
	Bit         = Type{Kind: KindBit, Name: "bit", OID: 1560}
	VarBit      = Type{Kind: KindBit, Name: "bit varying", OID: 1562}
	Numeric     = Type{Kind: KindNumeric, Name: "numeric", OID: 1700}
	UUID        = Type{Kind: KindUUID, Name: "uuid", OID: 2950}
	JSONB       = Type{Kind: KindJSONB, Name: "jsonb", OID: 3802}
)

// The built-in ranges and multiranges, by OID.
var (
	Int4Range = Type{Kind: KindRange, Name: "int4range", OID: 3904, Elem: &Int4}
	NumRange  = Type{Kind: KindRange, Name: "numrange", OID: 3906, Elem: &Numeric}
	TSRange   = Type{Kind: KindRange, Name: "tsrange", OID: 3908, Elem: &Timestamp}
	TSTZRange = Type{Kind: KindRange, Name: "tstzrange", OID: 3910, Elem: &TimestampTZ}
	DateRange = Type{Kind: KindRange, Name: "daterange", OID: 3912, Elem: &Date}
	Int8Range = Type{Kind: KindRange, Name: "int8range", OID: 3926, Elem: &Int8}

	Int4Multirange = Type{Kind: KindMultirange, Name: "int4multirange", OID: 4451, Elem: &Int4Range}
	NumMultirange  = Type{Kind: KindMultirange, Name: "nummultirange", OID: 4532, Elem: &NumRange}
	TSMultirange   = Type{Kind: KindMultirange, Name: "tsmultirange", OID: 4533, Elem: &TSRange}
	TSTZMultirange = Type{Kind: KindMultirange, Name: "tstzmultirange", OID: 4534, Elem: &TSTZRange}
	DateMultirange = Type{Kind: KindMultirange, Name: "datemultirange", OID: 4535, Elem: &DateRange}
	Int8Multirange = Type{Kind: KindMultirange, Name: "int8multirange", OID: 4536, Elem: &Int8Range}
)
