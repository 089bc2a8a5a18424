package docs

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// dialect is how a language writes JSON values as literals.
type dialect struct {
	yes, no, null string
	step          string // of the indentation
	bareKeys      bool   // keys that are words need no quotes
	doubles       bool   // numbers are doubles: others lose digits
}

var (
	javaScript = dialect{yes: "true", no: "false", null: "null", step: "  ", bareKeys: true, doubles: true}
	python     = dialect{yes: "True", no: "False", null: "None", step: "    "}
)

var bareKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// lineWidth is how long a literal may be before it takes several lines.
const lineWidth = 52

// literal writes v, whose first line is indented by indent already. ok is false
// where the language would change the value.
func (d dialect) literal(v any, indent string) (text string, ok bool) {
	ok = true
	var write func(v any, indent string) string
	write = func(v any, indent string) string {
		var items []string
		brackets := "{}"
		switch v := v.(type) {
		case object:
			for _, m := range v {
				ok = ok && !(d.bareKeys && m.key == "__proto__")
				items = append(items, d.key(m.key)+": "+write(m.value, indent+d.step))
			}
		case []any:
			brackets = "[]"
			for _, e := range v {
				items = append(items, write(e, indent+d.step))
			}
		default:
			ok = ok && !(d.doubles && loses(v))
			return d.scalar(v)
		}
		return bracketed(items, brackets, indent, d.step)
	}
	return write(v, indent), ok
}

func bracketed(items []string, brackets, indent, step string) string {
	line := strings.Join(items, ", ")
	if len(line)+len(indent) <= lineWidth && !strings.Contains(line, "\n") {
		return brackets[:1] + line + brackets[1:]
	}
	inner := "\n" + indent + step
	return brackets[:1] + inner + strings.Join(items, ","+inner) + ",\n" + indent + brackets[1:]
}

func (d dialect) key(key string) string {
	if d.bareKeys && bareKey.MatchString(key) {
		return key
	}
	return quoted(key)
}

func (d dialect) scalar(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return d.yes
		}
		return d.no
	case string:
		return quoted(v)
	case json.Number:
		return v.String()
	case uint32:
		return strconv.FormatUint(uint64(v), 10)
	case int:
		return strconv.Itoa(v)
	}
	return d.null
}

// quoted is s in double quotes, as JSON, JavaScript and Python read it.
func quoted(s string) string {
	b, err := marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// maxSafe is the greatest integer that every JSON reader keeps (RFC 7493).
const maxSafe = 1<<53 - 1

// loses reports whether a number has digits that a double does not keep.
func loses(v any) bool {
	n, ok := v.(json.Number)
	if !ok {
		return false
	}
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return i > maxSafe || i < -maxSafe
	}
	f, err := strconv.ParseFloat(n.String(), 64)
	digits := strings.Trim(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, strings.SplitN(strings.ToLower(n.String()), "e", 2)[0]), "0")
	return err != nil || math.IsInf(f, 0) || len(digits) > 15
}
