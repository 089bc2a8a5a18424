package pgcall

import (
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

	// validateOnly leaves out what needs the database: the OIDs of its types.
	validateOnly bool
}

// span is where a parameter's value lies in buf; a null has no bytes.
type span struct {
	start, end int
	null       bool
	format     int16
}

// bind reads params, a valid JSON object. faults were found earlier, by the
// parser. peer supplies filled arguments; nil lets params give them, as the
// typed Go face does. All faults are reported together.
func (b *binder) bind(p *Procedure, params []byte, faults []rpc.Fault, peer *rpc.Peer) error {
	b.reset(len(p.Params))
	members := gjson.Parse(unsafe.String(unsafe.SliceData(params), len(params))) // #nosec G103 -- params outlive the call
	members.ForEach(func(key, value gjson.Result) bool {
		b.member(p, key.Str, value, peer)
		return true
	})
	b.missing(p, peer)
	if err := b.err(faults); err != nil {
		return err
	}
	if peer != nil {
		if err := b.fill(p, peer); err != nil {
			return err
		}
	}
	b.collect(p)
	return nil
}

func (b *binder) reset(n int) {
	b.enc.Reset()
	b.buf, b.args, b.formats = b.buf[:0], b.args[:0], b.formats[:0]
	b.spans = append(b.spans[:0], make([]span, n)...)
	b.set, b.unknown = present{}, b.unknown[:0]
}

// member binds one member of the params object.
func (b *binder) member(p *Procedure, name string, value gjson.Result, peer *rpc.Peer) {
	i := p.param(name)
	if i < 0 {
		b.unknown = append(b.unknown, rpc.Fault{Param: clip(name), Reason: rpc.ReasonUnknown})
		return
	}
	param := &p.Params[i]
	if param.Fill.Source != FillNone && peer != nil {
		b.unknown = append(b.unknown, rpc.Fault{
			Param: param.Name, Reason: rpc.ReasonFilled, Message: "the server sets this value: leave it out",
		})
		return
	}
	start := len(b.buf)
	var null bool
	b.buf, null = b.enc.Append(b.buf, param.Type, param.NotNull, param.Name, value)
	b.spans[i] = span{start, len(b.buf), null, param.Type.Format()}
	b.set.add(i)
}

// param returns the index of the parameter with the given name, or -1.
func (p *Procedure) param(name string) int {
	for i := range p.Params {
		if p.Params[i].Name == name {
			return i
		}
	}
	return -1
}

// maxNameLen bounds how much of an unknown name is repeated to the client.
const maxNameLen = 64

func clip(name string) string {
	if len(name) <= maxNameLen {
		return name
	}
	return strings.ToValidUTF8(name[:maxNameLen], "") + "…"
}

func (b *binder) missing(p *Procedure, peer *rpc.Peer) {
	for i := range p.Params {
		param := &p.Params[i]
		filled := param.Fill.Source != FillNone && peer != nil
		if !b.set.has(i) && !param.Optional && !filled {
			b.unknown = append(b.unknown, rpc.Fault{Param: param.Name, Reason: rpc.ReasonMissing})
		}
	}
}

// err returns everything that is wrong with the parameters, or nil.
func (b *binder) err(faults []rpc.Fault) error {
	found := b.enc.Faults()
	if len(faults)+len(found)+len(b.unknown) == 0 {
		if b.validateOnly {
			return nil
		}
		return b.enc.Err()
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

// fill sets the arguments that the server supplies.
func (b *binder) fill(p *Procedure, peer *rpc.Peer) error {
	for i := range p.Params {
		param := &p.Params[i]
		if param.Fill.Source == FillNone {
			continue
		}
		value, format, err := filled(param, peer)
		if err != nil {
			return err
		}
		start := len(b.buf)
		b.buf = append(b.buf, value...)
		b.spans[i] = span{start, len(b.buf), value == nil, format}
		b.set.add(i)
	}
	return nil
}

func filled(param *Param, peer *rpc.Peer) ([]byte, int16, error) {
	switch param.Fill.Source {
	case FillClientIP:
		if !peer.Addr.IsValid() {
			return nil, pgjson.TextFormat, nil
		}
		return []byte(peer.Addr.String()), pgjson.TextFormat, nil
	case FillClientID:
		return []byte(peer.ID), pgjson.TextFormat, nil
	}
	session := peer.Session()
	if session == nil {
		return nil, 0, rpc.NewError(rpc.CodeUnauthenticated, "this method needs a session: log in first")
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
