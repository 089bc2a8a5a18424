package pgval

import (
	"strings"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Marshal returns the JSON object of o, which must not be a nil pointer. The
// error is of type [*Error].
func Marshal(o Object) ([]byte, error) { return AppendJSON(nil, o) }

// AppendJSON appends the JSON object of o to dst; on an error it returns dst
// as it was.
func AppendJSON(dst []byte, o Object) ([]byte, error) {
	c := encoderTo(dst)
	defer c.release()
	c.object(o)
	return c.finish(dst)
}

// AppendValue appends the JSON of a value that is no Object to dst; v must not
// be nil. f is a method expression of Coder, such as (*Coder).Int8, or a function
// that calls one of the generic ones.
func AppendValue[T any](dst []byte, v *T, f func(*Coder, *T)) ([]byte, error) {
	c := encoderTo(dst)
	defer c.release()
	if v != nil {
		f(c, v)
	}
	if len(c.dst) == len(dst) && len(c.faults) == 0 {
		c.fault("missing", "a value is required")
	}
	return c.finish(dst)
}

func (c *Coder) finish(dst []byte) ([]byte, error) {
	if err := c.result(); err != nil {
		return dst, err
	}
	return c.dst, nil
}

// Unmarshal reads a JSON object into o. Members that o does not know are
// ignored; one that is missing or null where a value is required, or that
// occurs twice, is an error.
// In the outermost object a nullable member must be there too, in nested ones
// (composites and rows) it may be left out for null. On an error o is of no
// use. Texts in o share the memory of one copy of data.
func Unmarshal(data []byte, o Object) error {
	c, err := decoder(data)
	if err != nil {
		return err
	}
	defer c.release()
	c.object(o)
	return c.result()
}

// ParseValue reads the JSON of a value that is no Object; see [AppendValue].
func ParseValue[T any](data []byte, v *T, f func(*Coder, *T)) error {
	c, err := decoder(data)
	if err != nil {
		return err
	}
	defer c.release()
	if v == nil {
		c.fault("invalid", "want a place for the value, got nil")
	} else {
		f(c, v)
	}
	return c.result()
}

func decoder(data []byte) (*Coder, error) {
	if !pgjson.Valid(data) {
		return nil, ErrSyntax
	}
	c := coders.Get().(*Coder)
	c.decoding, c.raw = true, strings.Trim(string(data), " \t\r\n")
	return c, nil
}
