package pgval

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Bool codes a boolean.
func (c *Coder) Bool(v *bool) {
	if !c.decoding {
		c.begin()
		c.dst = strconv.AppendBool(c.dst, *v)
		return
	}
	if raw, ok := c.take(); ok {
		if *v = raw == "true"; !*v && raw != "false" {
			c.fault("wrong_type", "want true or false")
		}
	}
}

// Int2 codes a smallint.
func (c *Coder) Int2(v *int16) { codeInt(c, v, pgjson.KindInt2) }

// Int4 codes an integer.
func (c *Coder) Int4(v *int32) { codeInt(c, v, pgjson.KindInt4) }

// Int8 codes a bigint: a string, but a number is read too.
func (c *Coder) Int8(v *int64) { codeInt(c, v, pgjson.KindInt8) }

// Int8Number codes a bigint as a number; beyond 2^53 either way it is a fault.
func (c *Coder) Int8Number(v *int64) { codeInt(c, v, pgjson.KindInt8Number) }

// OID codes an oid, xid or cid.
func (c *Coder) OID(v *uint32) { codeInt(c, v, pgjson.KindOID) }

const maxExact = 1 << 53

func codeInt[T int16 | int32 | int64 | uint32](c *Coder, v *T, kind pgjson.Kind) {
	if c.decoding {
		if raw, ok := c.take(); ok {
			n, err := pgjson.ParseInt(raw, kind)
			c.check(err)
			*v = T(n)
		}
		return
	}
	n := int64(*v)
	c.begin()
	switch {
	case kind == pgjson.KindInt8:
		c.dst = append(strconv.AppendInt(append(c.dst, '"'), n, 10), '"')
		return
	case kind == pgjson.KindInt8Number && (n < -maxExact || n > maxExact):
		c.fault("out_of_range", "want an integer from -2^53 to 2^53")
	}
	c.dst = strconv.AppendInt(c.dst, n, 10)
}

// Float4 codes a real.
func (c *Coder) Float4(v *float32) { codeFloat(c, v, 32) }

// Float8 codes a double precision.
func (c *Coder) Float8(v *float64) { codeFloat(c, v, 64) }

func codeFloat[T float32 | float64](c *Coder, v *T, bits int) {
	if !c.decoding {
		c.begin()
		c.dst = pgjson.AppendFloat(c.dst, float64(*v), bits)
		return
	}
	if raw, ok := c.take(); ok {
		f, err := pgjson.ParseFloat(raw, bits)
		c.check(err)
		*v = T(f)
	}
}

// Text codes text, varchar, bpchar, name and citext. A string that PostgreSQL
// cannot store, with NUL or not in UTF-8, is a fault.
func (c *Coder) Text(v *string) {
	if c.decoding {
		if text, ok := c.takeString(); ok {
			*v = text
		}
		return
	}
	if !storable(*v) {
		c.fault("invalid", "want a string in UTF-8 without NUL characters, which PostgreSQL cannot store")
	}
	c.begin()
	c.dst = pgjson.AppendString(c.dst, *v)
}

// storable reports whether PostgreSQL can store s as text.
func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// takeString returns the text of the value at hand, which must be a string.
func (c *Coder) takeString() (text string, ok bool) {
	raw, ok := c.take()
	if !ok {
		return "", false
	}
	text, err := pgjson.ReadString(raw)
	return text, c.check(err)
}

// Literal codes a value of a type without a Go type: as PostgreSQL writes it.
func (c *Coder) Literal(v *string) { c.Text(v) }

// Bytea codes a bytea as base64. A nil slice is an empty value.
func (c *Coder) Bytea(v *[]byte) {
	if !c.decoding {
		c.begin()
		c.dst = base64.StdEncoding.AppendEncode(append(c.dst, '"'), *v)
		c.dst = append(c.dst, '"')
		return
	}
	if text, ok := c.takeString(); ok {
		b, err := pgjson.AppendBytea([]byte{}, text)
		c.check(err)
		*v = b
	}
}

// JSON codes a json or jsonb, which must be valid. A required one may be the
// JSON null, which a NOT NULL column can hold; as a parameter that is SQL NULL.
func (c *Coder) JSON(v *json.RawMessage) {
	if !c.decoding {
		if !pgjson.Valid(*v) {
			c.fault("invalid", "want one valid JSON value in UTF-8")
		}
		c.begin()
		c.dst = append(c.dst, *v...)
		return
	}
	raw := c.raw
	if raw != "null" {
		var ok bool
		if raw, ok = c.take(); !ok {
			return
		}
	}
	*v = json.RawMessage(raw)
}

// quoted is a type whose JSON is a string. The errors are *pgjson.FormError.
type quoted interface {
	AppendText(dst []byte) ([]byte, error)
	parse(s string) error
}

func (c *Coder) quoted(v quoted) {
	if c.decoding {
		if text, ok := c.takeString(); ok {
			c.check(v.parse(text))
		}
		return
	}
	c.begin()
	dst, err := v.AppendText(append(c.dst, '"'))
	c.check(err)
	c.dst = append(dst, '"')
}

// UUID codes a uuid.
func (c *Coder) UUID(v *UUID) { c.quoted(v) }

// Date codes a date.
func (c *Coder) Date(v *Date) { c.quoted(v) }

// Time codes a time without time zone.
func (c *Coder) Time(v *TimeOfDay) { c.quoted(v) }

// Timestamp codes a timestamp without time zone.
func (c *Coder) Timestamp(v *LocalDateTime) { c.quoted(v) }

// TimestampTZ codes a timestamp with time zone.
func (c *Coder) TimestampTZ(v *Timestamp) { c.quoted(v) }

// TimeTZ codes a time with time zone.
func (c *Coder) TimeTZ(v *TimeTZ) { c.quoted(v) }

// Interval codes an interval.
func (c *Coder) Interval(v *Interval) { c.quoted(v) }

// Bit codes a bit or bit varying.
func (c *Coder) Bit(v *BitString) { c.quoted(v) }

// Numeric codes a numeric: a string, but a number is read too.
func (c *Coder) Numeric(v *Decimal) {
	if !c.decoding || c.raw == "" || c.raw == "null" || c.raw[0] == '"' {
		c.quoted(v)
		return
	}
	if !isNumber(c.raw) {
		c.fault("wrong_type", "want a decimal, as a string or a number")
		return
	}
	c.check(v.parse(c.raw))
}

// isNumber tells a number from other values by its first byte, which is
// enough in valid JSON.
func isNumber(raw string) bool { return raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9' }
