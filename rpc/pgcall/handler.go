package pgcall

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

// ReadParams checks the parameters of call as its procedure would, all faults
// reported together, and reads them into params, filled ones included.
// Generated handlers call it.
func ReadParams(call *rpc.Call, params pgval.Object) error {
	p, ok := call.Method.Binding.(*Procedure)
	if !ok {
		return errNoProcedure
	}
	b := binder{validateOnly: true}
	if err := b.bind(p, call.Params, call); err != nil {
		return err
	}
	data, err := b.withFilled(p, call.Params)
	if err != nil {
		return err
	}
	if err := pgval.Unmarshal(data, params); err != nil {
		return fmt.Errorf("read the parameters of %s: %w", call.Method.Name, err)
	}
	return nil
}

// withFilled returns params under their present names, with the filled arguments
// added.
func (b *binder) withFilled(p *Procedure, params []byte) ([]byte, error) {
	out := []byte{'{'}
	empty := true
	gjson.ParseBytes(params).ForEach(func(key, value gjson.Result) bool {
		if !empty {
			out = append(out, ',')
		}
		empty = false
		name := key.Str
		if i, _ := p.param(name); i >= 0 {
			name = p.Params[i].Name
		}
		out = append(append(pgjson.AppendString(out, name), ':'), value.Raw...)
		return true
	})
	for i := range p.Params {
		param := &p.Params[i]
		if param.Fill.Source == FillNone {
			continue
		}
		if !empty {
			out = append(out, ',')
		}
		empty = false
		out = append(pgjson.AppendString(out, param.Name), ':')
		s := b.spans[i]
		var value []byte
		if !s.null {
			value = b.buf[s.start:s.end:s.end]
		}
		t := param.Type
		if s.format == pgjson.TextFormat {
			t = &pgjson.Text
		}
		var err error
		if out, err = pgjson.AppendJSON(out, t, value); err != nil {
			return nil, fmt.Errorf("filled parameter %s: %w", param.Name, err)
		}
	}
	return append(out, '}'), nil
}

// WriteResult answers call with a result that is an object.
func WriteResult(call *rpc.Call, o pgval.Object) error {
	out, err := pgval.AppendJSON(call.Result, o)
	return finishResult(call, out, err)
}

// WriteValue answers call with any other result.
func WriteValue[T any](call *rpc.Call, v *T, f func(*pgval.Coder, *T)) error {
	out, err := pgval.AppendValue(call.Result, v, f)
	return finishResult(call, out, err)
}

// WriteVoid answers call with null.
func WriteVoid(call *rpc.Call) error {
	call.Result = append(call.Result, "null"...)
	return nil
}

// finishResult keeps the result and the session that it opens.
func finishResult(call *rpc.Call, out []byte, err error) error {
	if err != nil {
		return fmt.Errorf("write the result of %s: %w", call.Method.Name, err)
	}
	p, ok := call.Method.Binding.(*Procedure)
	if ok && len(p.Opens) > 0 {
		session, err := p.sessionOf(out[len(call.Result):])
		if err != nil {
			return err
		}
		call.OpenSession(session)
	}
	call.Result = out
	return nil
}

// newSession returns a session with a place for each value that p opens one with.
func (p *Procedure) newSession() *rpc.Session {
	size := 0
	for _, o := range p.Opens {
		size = max(size, o.Key+1)
	}
	return &rpc.Session{Values: make([][]byte, size)}
}

// sessionOf reads the session out of a result's JSON; null gives none.
func (p *Procedure) sessionOf(data []byte) (*rpc.Session, error) {
	object := gjson.ParseBytes(data)
	if object.Type == gjson.Null {
		return nil, nil
	}
	var enc pgjson.Encoder
	s := p.newSession()
	for _, o := range p.Opens {
		column := &p.Columns[o.Column]
		var member gjson.Result
		object.ForEach(func(key, value gjson.Result) bool {
			if key.Str == column.Name {
				member = value
			}
			return true
		})
		value, null := enc.Append(nil, column.Type, !o.Expires, column.Name, member)
		if faults := enc.Faults(); len(faults) > 0 {
			return nil, rpc.NewError(rpc.CodeContractViolation, "the session needs %s: %s", column.Name, faults[0].Message)
		}
		if null {
			value = nil
		}
		o.keep(s, value)
	}
	return s, nil
}

// ReadSession reads one value of the caller's session; false without a session.
// Generated code calls it.
func ReadSession[T any](call *rpc.Call, key int, t *pgjson.Type, v *T, f func(*pgval.Coder, *T)) bool {
	s := call.Session()
	if s == nil || key >= len(s.Values) {
		return false
	}
	data, err := pgjson.AppendJSON(nil, t, s.Values[key])
	return err == nil && pgval.ParseValue(data, v, f) == nil
}
