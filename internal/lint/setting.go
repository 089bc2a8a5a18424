package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// told are the settings that the manifest has every call make.
type told struct {
	names    map[string]bool
	prefixes map[string]bool
	made     map[string]bool // settings that some body makes
}

// tellings prepares the rules of settings.
func (l *linter) tellings() {
	if l.Model == nil || len(l.Model.Settings) == 0 {
		return
	}
	l.told = told{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, s := range l.Model.Settings {
		l.told.names[s.Name] = true
		l.told.prefixes[prefixOf(s.Name)] = true
	}
	for i := range l.Catalog.Routines {
		body := tokens(scan(l.Catalog.Routines[i].Body))
		for n := range body {
			if name := body.makes(n); name != "" {
				l.told.made[name] = true
			}
		}
	}
}

func prefixOf(name string) string {
	prefix, _, _ := strings.Cut(name, ".")
	return prefix
}

// settings reports STA005, a setting of the manifest that the routine makes anew,
// and STA006, one that it reads and nobody makes.
func (r *routine) settings() {
	if len(r.told.names) == 0 {
		return
	}
	for _, c := range r.Config {
		if name := strings.ToLower(c.Name); r.told.names[name] {
			r.report("STA005", diag.Warning, name, "its SET clause gives "+name+overrides, "", overridesHint)
		}
	}
	for i := range r.body {
		if name := r.body.makes(i); r.told.names[name] {
			r.reportAt("STA005", diag.Warning, r.body[i].offset, name, "it gives "+name+overrides, "", overridesHint)
		}
		name := r.body.reads(i)
		if name != "" && r.told.prefixes[prefixOf(name)] && !r.told.names[name] && !r.told.made[name] {
			known := slices.Sorted(maps.Keys(r.told.names))
			hint := diag.DidYouMean(name, known)
			if hint == "" {
				hint = "add it to `settings` of the manifest, which has " + strings.Join(known, ", ")
			}
			r.reportAt("STA006", diag.Warning, r.body[i].offset, name, fmt.Sprintf("nothing makes the setting %s, which it reads", name), "", hint)
		}
	}
}

const (
	overrides     = " another value than the server does, and policies take that for whom the call is for"
	overridesHint = "use a setting of another name, or answer with `@lint-ignore STA005` why that is meant"
)

// makes returns the custom setting that is made at i, by SET or set_config, or "".
func (t tokens) makes(i int) string {
	if t.calls(i, "set_config") {
		return t.literal(i + 1)
	}
	if !t.at(i).is("set") || !t.begins(i) {
		return ""
	}
	if i++; t.at(i).is("local") || t.at(i).is("session") {
		i++
	}
	name := t.at(i).text
	for ; t.at(i+1).is(".") && t.at(i+2).isName(); i += 2 {
		name += "." + t.at(i+2).text
	}
	return custom(name)
}

// reads returns the custom setting that is read at i, or "".
func (t tokens) reads(i int) string {
	if !t.calls(i, "current_setting") {
		return ""
	}
	return t.literal(i + 1)
}

// literal returns the custom setting that the first argument of the parenthesis at
// i is, or "" where it is no string alone.
func (t tokens) literal(i int) string {
	args := t.arguments(i)
	if len(args) == 0 || len(args[0]) != 1 || args[0][0].kind != str {
		return ""
	}
	return custom(args[0][0].text)
}

// custom returns name, as PostgreSQL compares it, if it is that of a custom setting.
func custom(name string) string {
	if !strings.Contains(name, ".") {
		return ""
	}
	return strings.ToLower(name)
}
