package pgcall

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// binder turns the JSON parameters of one call into arguments. It is reused;
// its slices are valid until the next bind.
type binder struct {
	enc     pgjson.Encoder
	buf     []byte
	spans   []span // by parameter
	args    [][]byte
	formats []int16
	set     present
	unknown []rpc.Fault
	lacking *Param // that was sent and that the database lacks; nil: none
	told    identity

	// validateOnly leaves out what needs the database: the OIDs of its types.
	validateOnly bool
}

// span is where a parameter's value lies in buf; a null has no bytes.
type span struct {
	start, end int
	null       bool
	format     int16
}

// bind reads params, a valid JSON object. call supplies filled arguments, and
// the faults that the parser found; nil lets params give them, as the typed Go
// face does. All faults are reported together.
func (b *binder) bind(p *Procedure, params []byte, call *rpc.Call) error {
	b.reset(len(p.Params))
	wire := call != nil
	members := gjson.Parse(unsafe.String(unsafe.SliceData(params), len(params))) // #nosec G103 -- params outlive the call
	members.ForEach(func(key, value gjson.Result) bool {
		b.member(p, key.Str, value, wire)
		return true
	})
	b.missing(p, wire)
	var faults []rpc.Fault
	if wire {
		faults = call.Faults
	}
	if err := b.err(p, faults); err != nil {
		return err
	}
	if wire {
		if err := b.serve(p, call); err != nil {
			return err
		}
	}
	b.collect(p)
	return nil
}

// serve adds what the server knows of call: arguments, and settings.
func (b *binder) serve(p *Procedure, call *rpc.Call) error {
	if err := b.fill(p, call); err != nil || b.validateOnly {
		return err
	}
	return b.told.tell(p.Settings, callerOf(call))
}

// query returns the query of p with the arguments bound.
func (b *binder) query(p *Procedure, oids pgjson.OIDs, sink Sink) Query {
	return Query{
		Statement: p.statement(b.set), Args: b.args, Formats: b.formats, OIDs: oids, Sink: sink,
		Prologue: b.told.statement, PrologueArgs: b.told.args, PrologueFormats: b.told.formats,
	}
}

func (b *binder) reset(n int) {
	b.enc.Reset()
	if b.buf == nil {
		b.buf = []byte{} // an empty value is not NULL, which a slice of nil would be
	}
	b.buf, b.args, b.formats = b.buf[:0], b.args[:0], b.formats[:0]
	b.spans = append(b.spans[:0], make([]span, n)...)
	b.set, b.unknown, b.lacking = present{}, b.unknown[:0], nil
	b.told.forget()
}

// member binds one member of the params object.
func (b *binder) member(p *Procedure, name string, value gjson.Result, wire bool) {
	i, name := p.param(name)
	if i < 0 {
		b.unknown = append(b.unknown, rpc.Fault{Param: clip(name), Reason: rpc.ReasonUnknown})
		return
	}
	param := &p.Params[i]
	if b.set.has(i) && len(param.Aliases) > 0 {
		b.unknown = append(b.unknown, rpc.Fault{
			Param: name, Reason: rpc.ReasonDuplicate, Message: "this is " + param.Name + ", which is sent under another name, too",
		})
		return
	}
	if param.Fill.Source != FillNone && wire {
		b.unknown = append(b.unknown, rpc.Fault{
			Param: param.Name, Reason: rpc.ReasonFilled, Message: "the server sets this value: leave it out",
		})
		return
	}
	if param.lacking {
		b.lacking = param
	}
	start := len(b.buf)
	var null bool
	b.buf, null = b.enc.Append(b.buf, param.Type, param.NotNull, name, value)
	b.spans[i] = span{start, len(b.buf), null, param.Type.Format()}
	b.set.add(i)
}

// param returns the index of the parameter with the given name, or -1, and the
// name in memory that lasts where there is one.
func (p *Procedure) param(name string) (int, string) {
	for i := range p.Params {
		if p.Params[i].Name == name {
			return i, p.Params[i].Name
		}
	}
	for i := range p.Params {
		for _, alias := range p.Params[i].Aliases {
			if alias == name {
				return i, alias
			}
		}
	}
	return -1, name
}

// maxNameLen bounds how much of an unknown name is repeated to the client.
const maxNameLen = 64

func clip(name string) string {
	if len(name) <= maxNameLen {
		return name
	}
	return strings.ToValidUTF8(name[:maxNameLen], "") + "…"
}

var (
	errFillNull = errors.New("the server has no value, and the parameter excludes null")
	errFillKey  = errors.New("the session has too few values: give one for each key of the API's session")
)

func (b *binder) missing(p *Procedure, wire bool) {
	for i := range p.Params {
		param := &p.Params[i]
		filled := param.Fill.Source != FillNone && wire
		if !b.set.has(i) && !param.Optional && !filled {
			b.unknown = append(b.unknown, rpc.Fault{Param: param.Name, Reason: rpc.ReasonMissing})
		}
	}
}

// err returns everything that is wrong with the parameters, or nil.
func (b *binder) err(p *Procedure, faults []rpc.Fault) error {
	found := b.enc.Faults()
	if len(faults)+len(found)+len(b.unknown) == 0 {
		if b.validateOnly {
			return nil
		}
		if b.lacking != nil {
			return lacks(b.lacking)
		}
		return b.typeErr(p)
	}
	all := append([]rpc.Fault(nil), faults...)
	for _, f := range found {
		known := slices.ContainsFunc(faults, func(k rpc.Fault) bool { return k.Param == f.Path && k.Reason == f.Reason })
		if !known { // the parser reports a NUL character, and so does the encoder
			all = append(all, rpc.Fault{Param: f.Path, Reason: f.Reason, Message: f.Message})
		}
	}
	return rpc.InvalidParams(append(all, b.unknown...))
}

// typeErr says that the database lacks a type that an argument needs, or nil.
func (b *binder) typeErr(p *Procedure) error {
	if err := b.enc.Err(); err != nil {
		return drift(p, err.Error())
	}
	return nil
}

// fill sets the arguments that the server supplies.
func (b *binder) fill(p *Procedure, call *rpc.Call) error {
	for i := range p.Params {
		param := &p.Params[i]
		if param.Fill.Source == FillNone || param.lacking {
			continue
		}
		value, format, err := filled(param, call)
		if err != nil {
			return err
		}
		if value == nil && param.NotNull {
			return fmt.Errorf("fill %s: %w", param.Name, errFillNull)
		}
		start := len(b.buf)
		b.buf = append(b.buf, value...)
		b.spans[i] = span{start, len(b.buf), value == nil, format}
		b.set.add(i)
	}
	return nil
}

// filled returns the value that the server supplies for param; nil is NULL.
func filled(param *Param, call *rpc.Call) (value []byte, format int16, err error) {
	switch param.Fill.Source {
	case FillClientIP:
		return addressOf(call.Peer), pgjson.TextFormat, nil
	case FillClientID:
		return []byte(call.Peer.ID), pgjson.TextFormat, nil
	}
	session := call.Session()
	if session == nil {
		return nil, 0, rpc.NewError(rpc.CodeUnauthenticated, "this method needs a session: log in first")
	}
	if param.Fill.Key >= len(session.Values) {
		return nil, 0, fmt.Errorf("fill %s: %w", param.Name, errFillKey)
	}
	return session.Values[param.Fill.Key], param.Type.Format(), nil
}

// collect lays out the arguments that are present.
func (b *binder) collect(p *Procedure) {
	for i := range p.Params {
		if !b.set.has(i) {
			continue
		}
		s := b.spans[i]
		var arg []byte
		if !s.null {
			arg = b.buf[s.start:s.end:s.end]
		}
		b.args = append(b.args, arg)
		b.formats = append(b.formats, s.format)
	}
}
