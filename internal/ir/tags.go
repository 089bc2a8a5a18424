package ir

import (
	"maps"
	"slices"
	"strings"
)

// checkTags reports tags that say nothing.
func (b *methodBuilder) checkTags() {
	params, columns := map[string]bool{}, map[string]bool{}
	for _, p := range b.method.Params {
		params[p.Name], params[p.Argument] = true, true
	}
	for _, c := range b.method.Columns {
		columns[c.Name] = true
		if c.Source != "" {
			columns[c.Source] = true
		}
	}
	for _, name := range b.tags.notNull {
		if !strings.HasSuffix(name, "[]") && !params[name] && !columns[name] {
			b.warnTag("@notnull names %q, which is neither parameter nor column", name)
		}
	}
	b.checkNames("@param names %q, which is no parameter", b.tags.params, params)
	b.checkNames("@column names %q, which is no column of the result", b.tags.columns, columns)
	for _, name := range b.tags.errors {
		if !slices.ContainsFunc(b.model.Errors, func(e Error) bool { return e.Name == name }) {
			b.warnTag("@error names %q, which the manifest does not declare", name)
		}
	}
	for _, name := range b.tags.unknown {
		b.warnTag("there is no tag @%s", name)
	}
}

// checkNames warns of each key of docs that is not known.
func (b *methodBuilder) checkNames(format string, docs map[string]string, known map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		if !known[name] {
			b.warnTag(format, name)
		}
	}
}

func (b *methodBuilder) warnTag(format string, args ...any) {
	b.diags.Warnf("TAG001", b.place(b.routine, b.entry.FunctionPos), format, args...).About(b.routine.Identity).
		Hintf("correct it with: %s", b.commentOn())
}

// commentOn is the statement that gives the routine another comment.
func (b *methodBuilder) commentOn() string {
	return "comment on " + kindWords[b.routine.Kind] + " " + b.routine.Identity + " is '…'"
}
