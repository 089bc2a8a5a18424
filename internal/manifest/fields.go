package manifest

import (
	"path"

	"github.com/spgen/spgen/internal/diag"
)

// fileFields are the top-level keys.
var fileFields = []field[Manifest]{
	{"version", "version: 1", func(d *decoder, m *Manifest, e entry) { m.Version = d.version(e) }},
	{"schema", "schema: api", func(d *decoder, m *Manifest, e entry) { m.Schema = d.text(e) }},
	{"server_role", "", func(d *decoder, m *Manifest, e entry) { m.ServerRole = d.text(e) }},
	{"naming", "", func(d *decoder, m *Manifest, e entry) { decode(d, e.value, "naming", namingFields, &m.Naming) }},
	{"json", "", func(d *decoder, m *Manifest, e entry) { decode(d, e.value, "json", jsonFields, &m.JSON) }},
	{"types", "", func(d *decoder, m *Manifest, e entry) { m.Types = d.types(e) }},
	{"services", "", func(d *decoder, m *Manifest, e entry) { m.Services = each(d, e, "a service", serviceFields) }},
	{"session", "", func(d *decoder, m *Manifest, e entry) { m.Session = d.session(e) }},
	{"authorize", "", func(d *decoder, m *Manifest, e entry) {
		m.Authorize = Authorize{Pos: e.value.pos, Method: d.methodName(e)}
	}},
	{"settings", "", func(d *decoder, m *Manifest, e entry) { m.Settings = d.settings(e) }},
	{"methods", "", func(d *decoder, m *Manifest, e entry) { m.Methods = each(d, e, "a method", methodFields) }},
	{"errors", "", func(d *decoder, m *Manifest, e entry) { m.Errors = each(d, e, "an error", errorFields) }},
	{"retired", "", func(d *decoder, m *Manifest, e entry) { m.Retired = each(d, e, "a retired entry", retiredFields) }},
	{"ignore", "", func(d *decoder, m *Manifest, e entry) { m.Ignore = d.ignore(e) }},
	{"overrides", "", func(d *decoder, m *Manifest, e entry) { m.Overrides = each(d, e, "an override", overrideFields) }},
	{"examples", "", func(d *decoder, m *Manifest, e entry) { m.Examples = d.examples(e) }},
}

var namingFields = []field[Naming]{
	{"function_prefix", "", func(d *decoder, n *Naming, e entry) { n.FunctionPrefix = d.text(e) }},
	{"argument_prefix", "", func(d *decoder, n *Naming, e entry) { n.ArgumentPrefix = d.text(e) }},
}

var jsonFields = []field[JSONOptions]{
	{"bigint", "", func(d *decoder, o *JSONOptions, e entry) {
		o.BigintNumber = d.word(e, "string", "number") == "number"
	}},
}

var serviceFields = []field[Service]{
	{"name", "name: chat", func(d *decoder, s *Service, e entry) { s.Name = d.lowerName(e) }},
	{"ids", "ids: 10000-19999", func(d *decoder, s *Service, e entry) { s.First, s.Last = d.idRange(e) }},
	{"doc", "", func(d *decoder, s *Service, e entry) { s.Doc = d.text(e) }},
}

var methodFields = []field[Method]{
	{"id", "id: 10000", func(d *decoder, m *Method, e entry) { m.ID, m.IDPos = d.methodID(e), e.value.pos }},
	{"name", "name: SendMessage", func(d *decoder, m *Method, e entry) { m.Name, m.NamePos = d.methodName(e), e.value.pos }},
	{"function", `function: "api.fun_name(text,bigint)"`, func(d *decoder, m *Method, e entry) {
		m.Function, m.FunctionPos = d.text(e), e.value.pos
	}},
	{"access", "access: public`, `access: session` or `access: [user]", func(d *decoder, m *Method, e entry) { m.Access, m.AccessPos = d.access(e), e.value.pos }},
	{"session", "", func(d *decoder, m *Method, e entry) {
		m.Session, m.SessionPos = d.word(e, "open", "close"), e.value.pos
	}},
	{"rows", "", func(d *decoder, m *Method, e entry) { m.Rows, m.RowsPos = d.word(e, "one", "optional"), e.value.pos }},
	{"fill", "", func(d *decoder, m *Method, e entry) { m.Fill = d.fill(e) }},
	{"client", "", func(d *decoder, m *Method, e entry) {
		d.words(e, func(s string, pos diag.Pos) { d.clientArgument(m, s, pos) })
	}},
	{"timeout", "", func(d *decoder, m *Method, e entry) { m.Timeout = d.duration(e) }},
	{"lane", "", func(d *decoder, m *Method, e entry) { m.Lane = d.word(e, "fast", "slow", "cpu") }},
	{"rate", "", func(d *decoder, m *Method, e entry) { m.Rate = d.rate(e) }},
	{"account", "", func(d *decoder, m *Method, e entry) { m.Account, m.AccountPos = d.text(e), e.value.pos }},
	{"deprecated", "", func(d *decoder, m *Method, e entry) { m.Deprecated = d.text(e) }},
	{"since", "", func(d *decoder, m *Method, e entry) { m.Since = d.verbatim(e) }},
}

var errorFields = []field[Error]{
	{"code", "code: 11000", func(d *decoder, x *Error, e entry) {
		x.Code = int32(d.integer(e, "MAN030", 1, maxID, "negative codes are the protocol's own"))
	}},
	{"name", "name: username_taken", func(d *decoder, x *Error, e entry) { x.Name = d.errorName(e) }},
	{"message", "", func(d *decoder, x *Error, e entry) { x.Message = d.text(e) }},
	{"sqlstate", "", func(d *decoder, x *Error, e entry) { x.SQLState = d.sqlState(e) }},
	{"constraint", "", func(d *decoder, x *Error, e entry) { x.Constraint = d.text(e) }},
	{"field", "", func(d *decoder, x *Error, e entry) { x.Field = d.text(e) }},
}

var retiredFields = []field[Retired]{
	{"id", "id: 10000", func(d *decoder, r *Retired, e entry) { r.ID = d.methodID(e) }},
	{"name", "name: OldLogin", func(d *decoder, r *Retired, e entry) { r.Name = d.methodName(e) }},
	{"function", "", func(d *decoder, r *Retired, e entry) { r.Function = d.text(e) }},
}

var overrideFields = []field[Override]{
	{"rule", "rule: BRK063", func(d *decoder, o *Override, e entry) { o.Rule = d.text(e) }},
	{"level", "level: safe", func(d *decoder, o *Override, e entry) { o.Level = d.word(e, "wire", "source", "dangerous", "safe") }},
	{"method", "", func(d *decoder, o *Override, e entry) { o.Method = d.methodName(e) }},
	{"reason", "reason: why clients do not mind", func(d *decoder, o *Override, e entry) { o.Reason = d.text(e) }},
}

// placed is an entry that knows its place.
type placed[T any] interface {
	*T
	place(diag.Pos)
}

func (s *Service) place(pos diag.Pos) { s.Pos = pos }
func (m *Method) place(pos diag.Pos)  { m.Pos = pos }
func (e *Error) place(pos diag.Pos)   { e.Pos = pos }
func (r *Retired) place(pos diag.Pos) { r.Pos = pos }

func (o *Override) place(pos diag.Pos) { o.Pos = pos }

// each reads a list of mappings. Items that are no mapping are left out, with
// a fault.
func each[T any, P placed[T]](d *decoder, e entry, what string, fields []field[T]) []T {
	var out []T
	if e.value.kind == sequence {
		out = make([]T, 0, len(e.value.items))
	}
	d.each(e, func(n *node) {
		var item T
		P(&item).place(n.pos)
		if decode(d, n, what, fields, &item) {
			out = append(out, item)
		}
	})
	return out
}

func (d *decoder) ignore(e entry) []Ignore {
	var out []Ignore
	d.words(e, func(s string, pos diag.Pos) {
		if _, err := path.Match(s, ""); err != nil {
			d.list.Errorf("MAN039", pos, "`%s` is not a pattern", s).Hintf("close the `[`, or write `\\[` for the character")
			return
		}
		out = append(out, Ignore{Pos: pos, Pattern: s})
	})
	return out
}

func (d *decoder) types(e entry) []TypeForm {
	if !d.want(e.value, mapping, "`types`") {
		return nil
	}
	var out []TypeForm
	for i, k := range e.value.entries {
		if !d.again(e.value.entries[:i], k) {
			out = append(out, TypeForm{Pos: k.pos, Name: k.key, Form: d.word(k, "text", "json")})
		}
	}
	return out
}

// again reports a key that is among those before it.
func (d *decoder) again(before []entry, e entry) bool {
	_, again := find(before, e.key)
	if again {
		d.list.Errorf("MAN035", e.pos, "`%s` is given twice", e.key).Hintf("remove one")
	}
	return again
}

func (d *decoder) session(e entry) []SessionKey {
	if !d.want(e.value, mapping, "`session`") {
		return nil
	}
	var out []SessionKey
	for i, k := range e.value.entries {
		switch {
		case d.again(e.value.entries[:i], k):
		case !lowerName.MatchString(k.key):
			d.badName(k.pos, "session key", k.key)
		default:
			out = append(out, SessionKey{Pos: k.pos, Name: k.key, Type: d.text(k)})
		}
	}
	return out
}
