package ir

import "slices"

// alias gives params the former names that `@alias former name` keeps for them,
// and reports the tags that would make a name mean two things.
func (b *methodBuilder) alias() {
	for _, tag := range b.tags.aliases {
		i := slices.IndexFunc(b.method.Params, func(p *Param) bool { return p.Name == tag.value || p.Argument == tag.value })
		switch {
		case i < 0 || b.method.Params[i].Fill != "":
			b.badAlias("%s: @alias %s names %q, which is no parameter that clients send", tag)
		case b.taken(tag.name):
			b.badAlias("%s: @alias %s %s gives a name that another parameter has", tag)
		default:
			p := b.method.Params[i]
			p.Aliases = append(p.Aliases, tag.name)
		}
	}
}

func (b *methodBuilder) taken(name string) bool {
	return name == "" || slices.ContainsFunc(b.method.Params, func(p *Param) bool {
		return p.Name == name || slices.Contains(p.Aliases, name)
	})
}

func (b *methodBuilder) badAlias(format string, tag namedTag) {
	b.diags.Errorf("TAG005", b.place(b.routine, b.entry.FunctionPos), format, b.routine.Identity, tag.name, tag.value).
		About(b.routine.Identity).Hintf("write `@alias FORMER NAME`, with: %s", b.commentOn()).Confined = true
}
