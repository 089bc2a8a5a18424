package pgcall

import (
	"bytes"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// sessionKey is a key of the session: its place, and what type its values have.
type sessionKey struct {
	index int
	typ   *pgjson.Type
}

// sessionKeys returns the keys of api's session by name. The columns that become
// the session have their types.
func sessionKeys(api *rpc.API) map[string]sessionKey {
	keys := make(map[string]sessionKey, len(api.Session))
	for i := range api.Methods {
		p, ok := api.Methods[i].Binding.(*Procedure)
		if !ok {
			continue
		}
		for _, o := range p.Opens {
			keys[api.Session[o.Key].Name] = sessionKey{o.Key, p.Columns[o.Column].Type}
		}
	}
	return keys
}

// condition is a value that a revoked session has.
type condition struct {
	key   int
	value []byte // nil: NULL
}

// revoke ends the sessions that f means. What cannot be the value of a session
// means none; the log says which key it is.
func (r *Revoker) revoke(f found) {
	var conditions []condition
	faulty := ""
	gjson.ParseBytes(f.session).ForEach(func(name, v gjson.Result) bool {
		key, ok := r.keys[name.Str]
		var value []byte
		if ok {
			value, ok = sessionValue(key.typ, v)
		}
		if !ok {
			faulty = name.Str
			return false
		}
		conditions = append(conditions, condition{key.index, value})
		return true
	})
	switch {
	case faulty != "":
		r.logger.Warn("a revocation names what no session of this API has", "key", faulty)
	case len(conditions) > 0:
		r.sessions.Revoke(func(s *rpc.Session) bool { return hasAll(s, conditions) })
	}
}

func hasAll(s *rpc.Session, conditions []condition) bool {
	for _, c := range conditions {
		if c.key >= len(s.Values) || (s.Values[c.key] == nil) != (c.value == nil) || !bytes.Equal(s.Values[c.key], c.value) {
			return false
		}
	}
	return true
}

// sessionValue returns v as a session has values of type t: a number may be in
// quotes, and a text without them, as PostgreSQL's text of both is the same.
func sessionValue(t *pgjson.Type, v gjson.Result) (value []byte, ok bool) {
	if v.Type == gjson.Null {
		return nil, true
	}
	other := gjson.Result{Type: gjson.String, Raw: string(pgjson.AppendString(nil, v.Raw)), Str: v.Raw}
	if v.Type == gjson.String {
		other = gjson.Parse(v.Str)
	}
	for _, form := range []gjson.Result{v, other} {
		var enc pgjson.Encoder
		value, null := enc.Append(nil, t, true, "", form)
		if !null && len(enc.Faults()) == 0 && enc.Err() == nil {
			return value, true
		}
	}
	return nil, false
}
