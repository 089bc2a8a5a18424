package pgcall

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/spgen/spgen/rpc"
)

// keep makes value, which is s's from now on, what o says it is.
func (o *SessionColumn) keep(s *rpc.Session, value []byte) {
	s.Values[o.Key] = value
	if o.Role {
		s.Role = string(value)
	}
	if o.Expires {
		s.Expires = expiry(value)
	}
}

// TokenParam returns the name of the only parameter that clients have to send, a
// text; "" if there is none or more. The manifest's authorize is checked for that.
func (p *Procedure) TokenParam() string {
	name := ""
	for i := range p.Params {
		param := &p.Params[i]
		if param.Fill.Source != FillNone || param.Optional {
			continue
		}
		if name != "" {
			return ""
		}
		name = param.Name
	}
	return name
}

// postgresEpoch is what PostgreSQL counts times from.
var postgresEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// furthest is how many microseconds from there a time.Duration holds; what is
// further away is centuries off.
const furthest = math.MaxInt64 / int64(time.Microsecond)

// expiry reads a timestamptz in PostgreSQL's binary format. NULL and what lies
// centuries ahead, infinity too, are never: the zero time.
func expiry(value []byte) time.Time {
	if len(value) != 8 {
		return time.Time{}
	}
	micros := int64(binary.BigEndian.Uint64(value))
	if micros > furthest {
		return time.Time{}
	}
	return postgresEpoch.Add(time.Duration(max(micros, -furthest)) * time.Microsecond)
}
