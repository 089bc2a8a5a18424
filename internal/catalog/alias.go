package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// aliases maps how people write built-in types to format_type's spelling
// (PostgreSQL: Data Types, table 8.1; and the bare names of pg_type).
var aliases = map[string]string{
	"bool":                       "boolean",
	"int2":                       "smallint",
	"int":                        "integer",
	"int4":                       "integer",
	"int8":                       "bigint",
	"float":                      "double precision",
	"float8":                     "double precision",
	"float4":                     "real",
	"dec":                        "numeric",
	"decimal":                    "numeric",
	"char":                       "character",
	"bpchar":                     "character",
	"nchar":                      "character",
	"national char":              "character",
	"national character":         "character",
	"varchar":                    "character varying",
	"char varying":               "character varying",
	"nchar varying":              "character varying",
	"national char varying":      "character varying",
	"national character varying": "character varying",
	"varbit":                     "bit varying",
	"time":                       "time without time zone",
	"timetz":                     "time with time zone",
	"timestamp":                  "timestamp without time zone",
	"timestamptz":                "timestamp with time zone",
}

// quotedChar is the one-byte type, which is not the character type.
const quotedChar = `"char"`

// typeKey is a type's name in a form that is equal for all spellings.
type typeKey struct {
	schema, name string // schema is "" for built-in types
	array        bool
}

// keyOf reads a type's name. Modifiers count for nothing, as in a signature.
func keyOf(tokens []token) typeKey {
	var k typeKey
	tokens, k.array = cutArray(tokens)
	if len(tokens) > 2 && tokens[0].isName() && tokens[1].kind == '.' {
		k.schema, tokens = tokens[0].text, tokens[2:]
	}
	words, digits := cutModifier(tokens)
	k.name = strings.Join(words, " ")
	if k.schema == "pg_catalog" {
		k.schema = ""
	}
	if k.schema == "" {
		k.name = builtin(k.name, digits, len(tokens) == 1 && tokens[0].kind == '"')
	}
	return k
}

// cutArray takes `[]`, `[3]`, `[][]` and `array` off the end. PostgreSQL keeps
// neither sizes nor the number of dimensions.
func cutArray(tokens []token) ([]token, bool) {
	if at := slices.IndexFunc(tokens, func(t token) bool { return t.kind == '[' }); at > 0 {
		tokens, _ = cutArray(tokens[:at])
		return tokens, true
	}
	last := len(tokens) - 1
	if last > 0 && tokens[last] == (token{'a', "array"}) {
		return tokens[:last], true
	}
	return tokens, false
}

// cutModifier returns the words around a modifier in parentheses and its first
// number: "timestamp(3) with time zone".
func cutModifier(tokens []token) (words []string, digits string) {
	depth := 0
	for _, t := range tokens {
		switch {
		case t.kind == '(':
			depth++
		case t.kind == ')':
			depth--
		case depth == 0:
			words = append(words, t.text)
		case digits == "":
			digits = t.text
		}
	}
	return words, digits
}

func builtin(name, digits string, quoted bool) string {
	switch {
	case quoted && name == "char":
		return quotedChar
	case strings.HasPrefix(name, "interval "): // interval day to second
		return "interval"
	case name == "float" && digits != "":
		if n, err := strconv.Atoi(digits); err == nil && n <= 24 {
			return "real"
		}
	}
	if canonical, ok := aliases[name]; ok {
		return canonical
	}
	return name
}
