package docs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// golang is the body of a function that has ctx and returns an error, with the
// generated client.
func (c call) golang() string {
	var b strings.Builder
	fmt.Fprintf(&b, "c, err := apiclient.Dial(ctx, %q)\nif err != nil {\n\treturn err\n}\ndefer c.Conn.Close()\n", socket)
	if o := c.opening; o != nil {
		before, params := goParams(o.method, o.params, "login")
		results := "_, err"
		if o.method.Shape == ir.Void {
			results = "err"
		}
		// The comment stands where the reader wonders.
		fmt.Fprintf(&b, "\n// %s\n%sif %s := c.%s(ctx, %s); err != nil {\n\treturn err\n}\n", c.why(), before, results, o.method.Name, params)
	}
	before, params := goParams(c.method, c.params, "params")
	b.WriteString("\n" + before)
	if c.method.Shape == ir.Void {
		fmt.Fprintf(&b, "return c.%s(ctx, %s)\n", c.method.Name, params)
		return b.String()
	}
	fmt.Fprintf(&b, "result, err := c.%s(ctx, %s)\nif err != nil {\n\treturn err\n}\nfmt.Println(result)\nreturn nil\n", c.method.Name, params)
	return b.String()
}

// goParams returns the parameters of m as a Go expression, and what has to stand
// before it. Values that no literal gives are read from JSON into variable.
func goParams(m *ir.Method, params object, variable string) (before, expression string) {
	name := "apiclient." + m.Name + "Params"
	var fields [][2]string
	for _, p := range m.Params {
		at := slices.IndexFunc(params, func(given member) bool { return given.key == p.Name })
		if at < 0 || p.Fill != "" {
			continue
		}
		text, ok := goField(p, params[at].value)
		if !ok {
			return goJSON(name, params, variable), variable
		}
		if text != "" {
			fields = append(fields, [2]string{p.GoName, text})
		}
	}
	return "", goStruct(name, fields)
}

func goStruct(name string, fields [][2]string) string {
	if len(fields) == 0 {
		return name + "{}"
	}
	width := 0
	for _, f := range fields {
		width = max(width, len(f[0]))
	}
	var b strings.Builder
	b.WriteString(name + "{\n")
	for _, f := range fields {
		fmt.Fprintf(&b, "\t%-*s %s,\n", width+1, f[0]+":", f[1])
	}
	return b.String() + "}"
}

func goJSON(name string, params object, variable string) string {
	text, err := marshal(params)
	if err != nil {
		text = []byte("{}")
	}
	literal := "`" + string(text) + "`"
	if strings.ContainsAny(literal[1:len(literal)-1], "`\r") {
		literal = strconv.Quote(string(text))
	}
	return fmt.Sprintf("var %s %s\nif err := pgval.Unmarshal([]byte(%s), &%s); err != nil {\n\treturn err\n}\n", variable, name, literal, variable)
}

// goField returns a parameter's value in a struct, "" for the zero value. ok is
// false where there is no literal for it.
func goField(p *ir.Param, v any) (text string, ok bool) {
	typ := goType(p.Type)
	if typ == "" {
		return "", false
	}
	if v == nil {
		if p.Optional {
			return "pgval.Null[" + typ + "]()", true
		}
		return "", !p.NotNull
	}
	value, typed, ok := goValue(p.Type, v)
	switch {
	case !ok:
		return "", false
	case p.Optional && typed:
		return "pgval.Some(" + value + ")", true
	case p.Optional:
		return "pgval.Some[" + typ + "](" + value + ")", true
	case p.NotNull:
		return value, true
	case typed:
		return "new(" + value + ")", true
	}
	return "new(" + typ + "(" + value + "))", true
}

// goTypes are the Go types that have literals.
var goTypes = map[ir.Kind]string{
	ir.Bool: "bool", ir.Int2: "int16", ir.Int4: "int32", ir.Int8: "int64", ir.Int8Number: "int64",
	ir.Float4: "float32", ir.Float8: "float64", ir.Text: "string", ir.Literal: "string",
}

// goType returns the client's type for t, "" where it has no literal.
func goType(t *ir.Type) string {
	switch {
	case t.Kind == ir.Enum, t.Kind == ir.Domain && goType(t.Elem) != "":
		return "apiclient." + t.GoName
	}
	return goTypes[t.Kind]
}

// goValue returns v as a constant. typed reports whether its type is t's, too.
func goValue(t *ir.Type, v any) (text string, typed, ok bool) {
	switch t.Kind {
	case ir.Domain:
		text, _, ok = goValue(t.Elem, v)
		return text, false, ok
	case ir.Enum:
		at := slices.IndexFunc(t.Labels, func(l ir.Label) bool { return l.Value == v })
		if at < 0 {
			return "", false, false
		}
		return "apiclient." + t.Labels[at].GoName, true, true
	}
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), true, t.Kind == ir.Bool
	case json.Number:
		return v.String(), false, goTypes[t.Kind] != "" && t.Kind != ir.Bool && t.Kind != ir.Text && t.Kind != ir.Literal
	case string:
		switch t.Kind {
		case ir.Text, ir.Literal:
			return strconv.Quote(v), true, true
		case ir.Int8:
			n, err := strconv.ParseInt(v, 10, 64)
			return strconv.FormatInt(n, 10), false, err == nil
		}
	}
	return "", false, false
}
