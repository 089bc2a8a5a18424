package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Sign sets the signature of every method: the SHA-256, in hexadecimal, of
// [Contract.SignatureText].
func (c *Contract) Sign() {
	types := c.typeSet()
	for i := range c.Methods {
		sum := sha256.Sum256([]byte(types.signatureText(&c.Methods[i])))
		c.Methods[i].Signature = hex.EncodeToString(sum[:])
	}
}

// SignatureText returns what the signature of m is made of, a fact a line:
//
//	spgen signature 1
//	function "api.fun_f(text)"                    or procedure
//	strict                                        if it is
//	read only                                     if it is not volatile
//	param "name" "a_name" "text" …                all in order; then those that hold of:
//	                                              default, not null, variadic, fill "session.user_id",
//	                                              dims 2, elements not null
//	result object
//	column "name" "source" "text" not null        all in order
//	type "app.mood" enum "low" "high"             all that params and columns reach, by name
//	type "app.name" domain "text" not null
//	type "app.place" composite "street" "text" not null "zip" "integer"
//	type "int4range" range "integer"
//	type "text" text
//
// So it changes whenever a value could be sent or read as another one, whenever
// the call itself becomes another, and whenever it would no longer be right to
// repeat the call. What changes only which calls succeed is not in it: the
// default's value, CHECKs and modifiers of types, access, session behaviour,
// grants, SECURITY DEFINER, errors and comments; nor are ID, name and aliases.
func (c *Contract) SignatureText(m *Method) string { return c.typeSet().signatureText(m) }

func (ts typeSet) signatureText(m *Method) string {
	var b strings.Builder
	b.WriteString("spgen signature 1\n")
	word := "function"
	if m.Procedure {
		word = "procedure"
	}
	fmt.Fprintf(&b, "%s %q\n", word, m.Function)
	writeIf(&b, m.Strict, "strict\n")
	writeIf(&b, m.Volatility != volatile, "read only\n")
	reached := map[string]*Type{}
	for i := range m.Params {
		p := &m.Params[i]
		fmt.Fprintf(&b, "param %q %q %q", p.Name, p.argument(), p.Type)
		writeIf(&b, p.Default != "", " default")
		writeIf(&b, p.NotNull, " not null")
		writeIf(&b, p.Variadic, " variadic")
		writeIf(&b, p.Fill != "", " fill "+strconv.Quote(p.Fill))
		p.sign(&b)
		b.WriteByte('\n')
		ts.reach(p.Type, reached)
	}
	fmt.Fprintf(&b, "result %s\n", m.Result)
	for _, column := range m.Columns {
		fmt.Fprintf(&b, "column %q %q %q", column.Name, column.Source, column.Type)
		writeIf(&b, column.NotNull, " not null")
		column.sign(&b)
		b.WriteByte('\n')
		ts.reach(column.Type, reached)
	}
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		reached[name].sign(&b)
	}
	return b.String()
}

func (e Elements) sign(b *strings.Builder) {
	writeIf(b, e.Dims != 0, " dims "+strconv.Itoa(e.Dims))
	writeIf(b, e.WholeElement, " elements not null")
}

func (t *Type) sign(b *strings.Builder) {
	fmt.Fprintf(b, "type %q %s", t.Name, t.Kind)
	writeIf(b, t.Base != "", " "+strconv.Quote(t.Base))
	writeIf(b, t.NotNull, " not null")
	for _, l := range t.Labels {
		b.WriteString(" " + strconv.Quote(l))
	}
	for _, f := range t.Fields {
		fmt.Fprintf(b, " %q %q", f.Name, f.Type)
		writeIf(b, f.NotNull, " not null")
	}
	b.WriteByte('\n')
}

func writeIf(b *strings.Builder, holds bool, s string) {
	if holds {
		b.WriteString(s)
	}
}
