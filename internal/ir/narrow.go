package ir

import (
	"strconv"
	"strings"
)

// maxDims is PostgreSQL's MAXDIM.
const maxDims = 6

// narrowing is a tag that says more of a type than the catalog does.
type narrowing struct {
	tag, code string
	wants     string // "an array"
	hint      string
	// apply returns the type under the tag; ok is false where it does not fit.
	apply func(b *methodBuilder, t *Type, value string) (narrowed *Type, ok bool)
}

var (
	jsonNarrowing = narrowing{
		"@json", "TAG002", "bigint or bigint[], to be sent as number or string", "write `@json NAME number` or `@json NAME string`, or remove the tag",
		(*methodBuilder).int8Form,
	}
	dimsNarrowing = narrowing{
		"@dims", "TAG003", "an array, with 1 to 6 dimensions", "write `@dims NAME 2`, or remove the tag", (*methodBuilder).dimensions,
	}
	elemNarrowing = narrowing{
		"@notnull", "TAG004", "an array", "write the name without [], or remove it", (*methodBuilder).wholeElements,
	}
)

// narrow applies the tags that say more of parameters and columns.
func (b *methodBuilder) narrow() {
	for _, tag := range b.tags.json {
		b.narrowBy(&jsonNarrowing, tag)
	}
	for _, tag := range b.tags.dims {
		b.narrowBy(&dimsNarrowing, tag)
	}
	for _, name := range b.tags.notNull {
		if array, ok := strings.CutSuffix(name, "[]"); ok {
			b.narrowBy(&elemNarrowing, namedTag{name: array})
		}
	}
}

// narrowBy applies one tag to all that has its name, and reports it where it
// fits none.
func (b *methodBuilder) narrowBy(n *narrowing, tag namedTag) {
	targets := b.targets(tag.name)
	if len(targets) == 0 {
		b.warnTag("%s names %q, which is neither parameter nor column", n.tag, tag.name)
		return
	}
	fits := false
	for _, target := range targets {
		if t, ok := n.apply(b, *target, tag.value); ok {
			*target, fits = t, true
		}
	}
	if fits {
		return
	}
	said := strings.TrimSpace(n.tag + " " + tag.name + " " + tag.value)
	b.diags.Errorf(n.code, b.place(b.routine, b.entry.FunctionPos), "%s: %s is %s, and `%s` wants %s",
		b.routine.Identity, tag.name, (*targets[0]).Name, said, n.wants).
		About(b.routine.Identity).Hintf("%s, with: %s", n.hint, b.commentOn()).Confined = true
}

// targets returns the types of what is called name, by wire name or the
// database's.
func (b *methodBuilder) targets(name string) []**Type {
	var all []**Type
	for _, p := range b.method.Params {
		if p.Name == name || p.Argument == name {
			all = append(all, &p.Type)
		}
	}
	for _, c := range b.method.Columns {
		if c.Name == name || c.Source == name && name != "" {
			all = append(all, &c.Type)
		}
	}
	return all
}

func (b *methodBuilder) int8Form(t *Type, value string) (*Type, bool) {
	if value != "number" && value != "string" {
		return nil, false
	}
	switch t.Kind {
	case Int8, Int8Number:
		return b.types.int8(value == "number"), true
	case ArrayOf:
		if k := t.Elem.Kind; k != Int8 && k != Int8Number {
			return nil, false
		}
		return b.types.variant(t, func(v *Type) { v.Elem = b.types.int8(value == "number") }), true
	}
	return nil, false
}

func (b *methodBuilder) dimensions(t *Type, value string) (*Type, bool) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxDims || t.Kind != ArrayOf {
		return nil, false
	}
	return b.types.variant(t, func(v *Type) { v.Dims = n }), true
}

func (b *methodBuilder) wholeElements(t *Type, _ string) (*Type, bool) {
	if t.Kind != ArrayOf {
		return nil, false
	}
	return b.types.variant(t, func(v *Type) { v.ElemNotNull = true }), true
}

// int8 returns bigint in one of its JSON forms.
func (t *typeTable) int8(number bool) *Type {
	plain := t.get("bigint")
	if number == t.bigintNumber {
		return plain
	}
	kind := Int8
	if number {
		kind = Int8Number
	}
	return t.intern("bigint "+string(kind), &Type{Kind: kind, Name: plain.Name, OID: plain.OID, Builtin: string(kind)})
}

// variant returns a type like the array t but for a change.
func (t *typeTable) variant(array *Type, change func(*Type)) *Type {
	v := *array
	change(&v)
	v.Variant = ""
	if v.Elem != t.get(v.Elem.Name) && v.Elem.Kind == Int8Number {
		v.Variant = "Number"
	} else if v.Elem != t.get(v.Elem.Name) {
		v.Variant = "String"
	}
	if v.Dims > 0 {
		v.Variant += strconv.Itoa(v.Dims) + "D"
	}
	if v.ElemNotNull {
		v.Variant += "NotNull"
	}
	if v.Variant == "" {
		return t.get(v.Name)
	}
	return t.intern(v.Name+" "+v.Variant, &v)
}

// intern returns the type that was first given for key.
func (t *typeTable) intern(key string, typ *Type) *Type {
	if known, ok := t.variants[key]; ok {
		return known
	}
	t.variants[key] = typ
	return typ
}
