package pgjson

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// Encoder turns JSON values into PostgreSQL parameters and collects what is
// wrong with them. It is meant to be kept and used again; it is not safe for
// concurrent use.
type Encoder struct {
	OIDs OIDs // of the schema's own types, for arrays and composites

	faults  []Fault
	first   int // of the faults of the value being encoded
	err     error
	root    string    // path of the value being encoded
	path    []segment // from there to the part being encoded
	members []string  // of the objects being encoded
	spans   []span    // of an hstore's keys
	scratch []byte
	leaf    []byte // binary form of a part that travels as text
}

// segment is a step of a path: a member, or an index when the name is empty.
type segment struct {
	name  string
	index int
}

// Append appends the value that t's receive function (or input function, by
// [Type.Format]) reads to dst. A null, also a v that does not exist, gives
// isNull and appends nothing; it is a fault when notNull is set or t is a
// domain that excludes it. What is wrong with v is added to the faults, with
// paths that begin with path, at most 100 and one that says so; out is of no use then. v.Raw is what is read, and
// v.Str of a string without it. out is never nil.
func (e *Encoder) Append(dst []byte, t *Type, notNull bool, path string, v gjson.Result) (out []byte, isNull bool) {
	raw := v.Raw
	if raw == "" && v.Type == gjson.String {
		raw = string(AppendString(nil, v.Str))
	}
	if dst == nil {
		dst = []byte{} // an empty value is not NULL, which a nil slice means elsewhere
	}
	e.root, e.path, e.members, e.first = path, e.path[:0], e.members[:0], len(e.faults)
	if t.Format() == TextFormat {
		return e.textValue(dst, t, notNull, raw)
	}
	return e.value(dst, t, notNull, raw)
}

// Faults returns what was wrong with the values since Reset. The slice is
// reused after Reset.
func (e *Encoder) Faults() []Fault { return e.faults }

// Err returns the first error that is not the client's: a type whose OID is
// not in OIDs.
func (e *Encoder) Err() error { return e.err }

// Reset forgets faults and error.
func (e *Encoder) Reset() {
	clear(e.faults)
	e.faults, e.err = e.faults[:0], nil
}

// maxFaults bounds the faults of one value, so that a small message does not
// make a large answer.
const maxFaults = 100

func (e *Encoder) fault(reason, message string) {
	switch n := len(e.faults) - e.first; {
	case n < maxFaults:
		e.faults = append(e.faults, Fault{Path: e.where(), Reason: reason, Message: message})
	case n == maxFaults:
		e.faults = append(e.faults, Fault{Path: e.root, Reason: reasonInvalid, Message: "more is wrong here than the 100 faults before this one"})
	}
}

// full reports whether further faults are dropped.
func (e *Encoder) full() bool { return len(e.faults)-e.first > maxFaults }

// refuse adds the fault of a *FormError.
func (e *Encoder) refuse(err error) {
	var f *FormError
	if errors.As(err, &f) {
		e.fault(f.Reason, f.Message)
	}
}

func (e *Encoder) where() string {
	if len(e.path) == 0 {
		return e.root
	}
	b := []byte(e.root)
	for _, s := range e.path {
		b = s.append(b)
	}
	return string(b)
}

func (s segment) append(b []byte) []byte {
	if s.name == "" {
		return append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
	}
	if len(b) > 0 {
		b = append(b, '.')
	}
	return append(b, s.name...)
}

func (e *Encoder) push(s segment) { e.path = append(e.path, s) }

func (e *Encoder) pop() { e.path = e.path[:len(e.path)-1] }

// null handles an SQL NULL. message says what would have been wanted.
func (e *Encoder) null(dst []byte, notNull bool, raw string) ([]byte, bool) {
	if notNull && raw == "" {
		e.fault(reasonMissing, "a value is required")
	} else if notNull {
		e.fault(reasonNull, "null is not allowed here")
	}
	return dst, true
}

// value appends the binary form of raw.
func (e *Encoder) value(dst []byte, t *Type, notNull bool, raw string) (out []byte, isNull bool) {
	domain, before := t, len(e.faults)
	for t.Kind == KindDomain {
		notNull = notNull || t.NotNull
		t = t.Elem
	}
	if raw == "" || raw == "null" {
		return e.null(dst, notNull, raw)
	}
	if t.Kind >= KindEnum {
		out = e.structured(dst, t, raw)
	} else {
		var err error
		if out, err = scalarEncoders[t.Kind](dst, raw, t.Kind); err != nil {
			e.refuse(err)
			return dst, false
		}
	}
	if domain != t && len(e.faults) == before {
		e.check(domain, t, raw, out[len(dst):])
	}
	return out, false
}

// structured appends a value whose form depends on more than its kind.
func (e *Encoder) structured(dst []byte, t *Type, raw string) []byte {
	switch t.Kind {
	case KindEnum:
		return e.enum(dst, t, raw)
	case KindHstore:
		return e.hstore(dst, raw)
	case KindVector:
		return e.vector(dst, raw)
	case KindComposite:
		return e.composite(dst, t, raw)
	case KindRange:
		return e.rangeValue(dst, t, raw)
	case KindMultirange:
		return e.multirange(dst, t, raw)
	}
	return e.array(dst, t, raw)
}

// sized appends a value after its length, -1 for NULL.
func (e *Encoder) sized(dst []byte, t *Type, notNull bool, raw string) (out []byte, isNull bool) {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst, isNull = e.value(dst, t, notNull, raw)
	size := int32(len(dst) - start - 4)
	if isNull {
		size = -1
	}
	binary.BigEndian.PutUint32(dst[start:], uint32(size))
	return dst, isNull
}

// oid appends t's OID.
func (e *Encoder) oid(dst []byte, t *Type) []byte {
	oid, ok := e.OIDs.Of(t)
	if !ok && e.err == nil {
		e.err = errors.New("encode " + t.Name + ": its OID in this database was not resolved")
	}
	return binary.BigEndian.AppendUint32(dst, oid)
}

// maxListedLabels bounds how many labels a fault's message lists.
const maxListedLabels = 10

func (e *Encoder) enum(dst []byte, t *Type, raw string) []byte {
	start := len(dst)
	dst, err := appendText(dst, raw)
	if err != nil {
		e.refuse(err)
		return dst[:start]
	}
	for _, label := range t.Labels {
		if label == string(dst[start:]) {
			return dst
		}
	}
	if !e.full() {
		e.fault(reasonInvalid, labelsMessage("want one of ", t.Labels))
	}
	return dst[:start]
}

func labelsMessage(prefix string, labels []string) string {
	listed := labels[:min(len(labels), maxListedLabels)]
	s := prefix + strings.Join(listed, ", ")
	if more := len(labels) - len(listed); more > 0 {
		s += " or " + strconv.Itoa(more) + " more"
	}
	return s
}
