package docs

import (
	"fmt"
	"strings"
	"time"

	"github.com/spgen/spgen/internal/ir"
)

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// enumerate joins words as prose does: "a, b and c".
func enumerate(words []string, conjunction string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

func accessWords(a ir.Access) string {
	switch {
	case a.Public:
		return "Anyone may call it, without a session."
	case len(a.Roles) == 0:
		return "Needs a session; any role may call it."
	}
	return "Needs a session with the role " + enumerate(a.Roles, "or") + "."
}

func accessBadge(a ir.Access) string {
	if a.Public || len(a.Roles) == 0 {
		return a.String()
	}
	return "role: " + strings.Join(a.Roles, ", ")
}

// sessionWords says what m does to the session of its connection, "" for nothing.
func sessionWords(m *ir.Method, keys []ir.SessionKey) string {
	switch m.Session {
	case "open":
		var names []string
		for _, o := range m.Opens {
			if o.Key >= 0 && o.Key < len(keys) {
				names = append(names, keys[o.Key].Name)
			}
		}
		if len(names) == 0 {
			return "Opens the session of the connection when it succeeds."
		}
		return "Opens the session of the connection when it succeeds, with " + enumerate(names, "and") + " from the result."
	case "close":
		return "Ends the session of the connection when it succeeds."
	}
	return ""
}

var sessionBadges = map[string]string{"open": "opens a session", "close": "ends the session"}

func effectWords(m *ir.Method) string {
	if m.ReadOnly {
		return "Reads only, so it is safe to repeat."
	}
	return "May write. Each call is a transaction of its own."
}

var laneWords = map[string]string{
	"fast": "Calls share connections to the database with others, and take little of its time.",
	"slow": "Each call has a connection to the database of its own, for it may take long.",
	"cpu":  "Few calls run at a time, for each takes much of the database's time. Others wait.",
}

var rateUnits = map[time.Duration]string{time.Second: "second", time.Minute: "minute", time.Hour: "hour"}

// rateWords says how often m may be called.
func rateWords(m *ir.Method) string {
	switch m.Rate.Calls {
	case 0:
		return ""
	case 1:
		return "One call a " + rateUnits[m.Rate.Per] + " for a connection, and for an address."
	}
	return fmt.Sprintf("%d calls a %s for a connection, and for an address.", m.Rate.Calls, rateUnits[m.Rate.Per])
}

var volatilityWords = map[byte]string{
	'i': "IMMUTABLE: the same parameters always give the same result.",
	's': "STABLE: the result depends on what the database holds at the moment.",
	'v': "VOLATILE: the result may differ from call to call.",
}

// shapeWords say what a result looks like, by ir.Shape.
var shapeWords = [...]string{
	ir.Void:      "Nothing: the result is null.",
	ir.Scalar:    "One value.",
	ir.Object:    "An object.",
	ir.Optional:  "An object, or null when there is none.",
	ir.Array:     "An array of objects, empty when there are none.",
	ir.Scalars:   "An array of values, empty when there are none.",
	ir.OptScalar: "One value, or null when there is none.",
}

// forms say how values look in JSON, where the type's name does not.
var forms = map[ir.Kind]string{
	ir.Literal:     "string, PostgreSQL's text form",
	ir.Bool:        "true or false",
	ir.Int2:        "integer",
	ir.Int4:        "integer",
	ir.Int8:        "string of digits",
	ir.Int8Number:  "integer, at most 2^53 − 1",
	ir.Float4:      `number, "NaN", "Infinity" or "-Infinity"`,
	ir.Float8:      `number, "NaN", "Infinity" or "-Infinity"`,
	ir.Numeric:     "string of a decimal",
	ir.Text:        "string",
	ir.Bytea:       "string, base64",
	ir.UUID:        "string",
	ir.Date:        `string "2024-05-17", or "infinity"`,
	ir.Time:        `string "09:30:00"`,
	ir.Timestamp:   `string "2024-05-17T09:30:00"`,
	ir.TimestampTZ: `string, RFC 3339 in UTC, or "infinity"`,
	ir.JSON:        "any JSON",
	ir.JSONB:       "any JSON",
	ir.TextJSON:    "any JSON",
	ir.OID:         "integer",
	ir.TimeTZ:      `string "09:30:00+00"`,
	ir.Interval:    "string, an ISO 8601 duration",
	ir.Inet:        "string",
	ir.CIDR:        "string",
	ir.MACAddr:     "string",
	ir.MACAddr8:    "string",
	ir.Bit:         "string of 0 and 1",
	ir.Hstore:      "object of strings",
	ir.Vector:      "array of numbers",
	ir.Enum:        "string",
	ir.Composite:   "object",
}

// formWords says how values of t look in JSON.
func formWords(t *ir.Type) string {
	base := baseOf(t)
	switch base.Kind {
	case ir.ArrayOf, ir.Multirange:
		return arrayWords(base) + formWords(base.Elem)
	case ir.Range:
		return "object of lower, upper and bounds, each bound: " + formWords(base.Elem)
	}
	return first(forms[base.Kind], forms[ir.Literal])
}

// taken says which other form a parameter may have.
var taken = map[ir.Kind]string{ir.Int8: " or an integer", ir.Numeric: " or a number"}

// inputWords says how a parameter of type t may look in JSON.
func inputWords(t *ir.Type) string {
	base := baseOf(t)
	if base.Kind == ir.ArrayOf || base.Kind == ir.Multirange {
		return arrayWords(base) + inputWords(base.Elem)
	}
	return formWords(base) + taken[base.Kind]
}

// arrayWords stand before the form of an array's elements.
func arrayWords(t *ir.Type) string {
	words := "array of: "
	if t.Dims > 1 {
		words = fmt.Sprintf("array of %d dimensions of: ", t.Dims)
	}
	if t.ElemNotNull {
		words += "never null, "
	}
	return words
}

// fills say where the server takes a filled argument from.
var fills = map[string]string{
	"client.ip": "the client's address",
	"client.id": "the ID of the connection",
}

func fillWords(source string) string {
	if key, ok := strings.CutPrefix(source, "session."); ok {
		return fmt.Sprintf("%s of the session", key)
	}
	return first(fills[source], source)
}
