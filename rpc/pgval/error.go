package pgval

import (
	"errors"

	"github.com/spgen/spgen/rpc/pgjson"
)

// ErrSyntax says that data is not one JSON value in UTF-8.
var ErrSyntax = errors.New("want one valid JSON value in UTF-8")

// Error lists everything that was wrong with a value.
type Error struct {
	Faults []pgjson.Fault // at least one
}

// Error implements error.
func (e *Error) Error() string {
	s := ""
	for i, f := range e.Faults {
		if i > 0 {
			s += "; "
		}
		if f.Path != "" {
			s += f.Path + ": "
		}
		s += f.Message
	}
	return s
}

// check adds err, which is nil or of type *pgjson.FormError, to the faults. It
// reports whether err is nil.
func (c *Coder) check(err error) bool {
	if err == nil {
		return true
	}
	var f *pgjson.FormError
	if errors.As(err, &f) {
		c.fault(f.Reason, f.Message)
	} else {
		c.fault("invalid", err.Error())
	}
	return false
}

// result returns the faults as an error.
func (c *Coder) result() error {
	if len(c.faults) == 0 {
		return nil
	}
	return &Error{Faults: c.faults}
}
