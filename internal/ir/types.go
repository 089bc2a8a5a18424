package ir

import (
	"cmp"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// builtin says how a type of PostgreSQL's own travels.
type builtin struct {
	kind     Kind
	variable string // in pgjson
	oid      uint32
}

// builtins are the types with a transcoder, by catalog name.
var builtins = map[string]builtin{
	"boolean":                     {Bool, "Bool", 16},
	"bytea":                       {Bytea, "Bytea", 17},
	"name":                        {Text, "Name", 19},
	"bigint":                      {Int8, "Int8", 20},
	"smallint":                    {Int2, "Int2", 21},
	"integer":                     {Int4, "Int4", 23},
	"text":                        {Text, "Text", 25},
	"json":                        {JSON, "JSON", 114},
	"real":                        {Float4, "Float4", 700},
	"double precision":            {Float8, "Float8", 701},
	"character":                   {Text, "BPChar", 1042},
	"character varying":           {Text, "VarChar", 1043},
	"date":                        {Date, "Date", 1082},
	"time without time zone":      {Time, "Time", 1083},
	"timestamp without time zone": {Timestamp, "Timestamp", 1114},
	"timestamp with time zone":    {TimestampTZ, "TimestampTZ", 1184},
	"numeric":                     {Numeric, "Numeric", 1700},
	"uuid":                        {UUID, "UUID", 2950},
	"jsonb":                       {JSONB, "JSONB", 3802},
	"oid":                         {OID, "OID", 26},
	"xid":                         {OID, "XID", 28},
	"cid":                         {OID, "CID", 29},
	"cidr":                        {CIDR, "CIDR", 650},
	"inet":                        {Inet, "Inet", 869},
	"macaddr":                     {MACAddr, "MACAddr", 829},
	"macaddr8":                    {MACAddr8, "MACAddr8", 774},
	"interval":                    {Interval, "Interval", 1186},
	"time with time zone":         {TimeTZ, "TimeTZ", 1266},
	"bit":                         {Bit, "Bit", 1560},
	"bit varying":                 {Bit, "VarBit", 1562},
}

// extensionKinds are the types of extensions with a transcoder, by extension
// and name; their OIDs differ between databases.
var extensionKinds = map[[2]string]Kind{
	{"citext", "citext"}: Text,
	{"hstore", "hstore"}: Hstore,
	{"vector", "vector"}: Vector,
}

// typeTable interns the types of one model.
type typeTable struct {
	catalog      *catalog.Catalog
	bigintNumber bool
	forms        map[string]string // of the manifest's `types`, by catalog name
	types        map[string]*Type
	variants     map[string]*Type
	names        *nameTable
	diags        *diag.List
}

// get returns the type with the given catalog name. A type without a
// transcoder travels as text.
func (t *typeTable) get(name string) *Type {
	if known, ok := t.types[name]; ok {
		return known
	}
	// Should a type contain itself, it travels as text there.
	t.types[name] = &Type{Kind: Literal, Name: name}
	typ := t.build(name)
	t.types[name] = typ
	return typ
}

func (t *typeTable) build(name string) *Type {
	if b, ok := builtins[name]; ok {
		typ := &Type{Kind: b.kind, Name: name, OID: b.oid, Builtin: b.variable}
		if b.kind == Int8 && t.bigintNumber {
			typ.Kind, typ.Builtin = Int8Number, "Int8Number"
		}
		return typ
	}
	row := t.catalog.Types[name]
	if row == nil {
		return t.literal(name, nil)
	}
	if kind, ok := extensionKinds[[2]string{row.Extension, row.Bare}]; ok {
		return &Type{Kind: kind, Name: name, Comment: row.Comment}
	}
	switch row.Kind {
	case catalog.Range:
		return &Type{Kind: Range, Name: name, OID: row.OID, Elem: t.get(row.Elem), Comment: row.Comment}
	case catalog.Multirange:
		return &Type{Kind: Multirange, Name: name, OID: row.OID, Elem: t.get(row.Elem), Comment: row.Comment}
	case catalog.Enum:
		return t.enum(row)
	case catalog.Domain:
		return t.domain(row)
	case catalog.Array:
		return t.array(row)
	case catalog.Composite:
		return t.composite(row)
	}
	return t.literal(name, row)
}

// literal is a type that travels in PostgreSQL's text form.
func (t *typeTable) literal(name string, row *catalog.Type) *Type {
	typ := &Type{Kind: Literal, Name: name}
	if row != nil {
		typ.OID, typ.Comment = row.OID, row.Comment
	}
	switch t.forms[name] {
	case "json":
		typ.Kind = TextJSON
	case "":
		t.diags.Notef("TYP001", diag.Pos{}, "%s travels in PostgreSQL's text form, as a JSON string", name).
			About(name).Hintf("say so in the manifest: types: {%s: text}, or {%s: json} where that text is JSON", yamlKey(name), yamlKey(name))
	}
	return typ
}

func (t *typeTable) enum(row *catalog.Type) *Type {
	typ := &Type{Kind: Enum, Name: row.Name, OID: row.OID, Comment: row.Comment, GoName: t.names.typeName(row)}
	seen := map[string]bool{}
	for _, label := range row.Labels {
		goName := typ.GoName + cmp.Or(camel(label), "X")
		for seen[goName] || t.names.taken(goName) {
			goName += "_"
		}
		seen[goName] = true
		t.names.take(goName, row.Name)
		typ.Labels = append(typ.Labels, Label{Value: label, GoName: goName})
	}
	return typ
}

func (t *typeTable) domain(row *catalog.Type) *Type {
	elem := t.get(row.Elem)
	return &Type{
		Kind: Domain, Name: row.Name, OID: row.OID, Elem: elem,
		NotNull: row.NotNull || elem.NotNull || ChecksRefuseNull(row),
		Checks:  row.Checks, Rules: ParseChecks(t.catalog, row), Comment: row.Comment, GoName: t.names.typeName(row),
	}
}

func (t *typeTable) array(row *catalog.Type) *Type {
	array := &Type{Kind: ArrayOf, Name: row.Name, OID: row.OID, Elem: t.get(row.Elem)}
	if row.Delim != "" {
		array.Delim = row.Delim[0]
	}
	return array
}

func (t *typeTable) composite(row *catalog.Type) *Type {
	typ := &Type{Kind: Composite, Name: row.Name, OID: row.OID, Comment: row.Comment, GoName: t.names.typeName(row)}
	goNames := map[string]bool{}
	for _, f := range row.Fields {
		field := &Column{
			Name: f.Name, Source: f.Name, GoName: unique(fieldName(f.Name), goNames), Type: t.get(f.Type),
			NotNull: f.NotNull, Doc: f.Comment,
		}
		field.NotNull = field.NotNull || field.Type.NotNull
		typ.Fields = append(typ.Fields, field)
	}
	return typ
}

// unique returns name, with underscores appended until it is new in seen.
func unique(name string, seen map[string]bool) string {
	for seen[name] {
		name += "_"
	}
	seen[name] = true
	return name
}

// named returns the enums, domains and composites that root reaches, in the
// order of a depth-first walk.
func named(root *Type, seen map[*Type]bool, out []*Type) []*Type {
	if root == nil || seen[root] {
		return out
	}
	seen[root] = true
	out = named(root.Elem, seen, out)
	for _, f := range root.Fields {
		out = named(f.Type, seen, out)
	}
	if root.GoName != "" {
		out = append(out, root)
	}
	return out
}
