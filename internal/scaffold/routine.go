package scaffold

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/spgen/spgen/internal/catalog"
)

const userID = "user_id" // the session key of a new manifest

// Prefixes that people give all functions of an API, or all their arguments.
var (
	functionPrefixes = []string{"fun_", "fn_", "func_", "f_", "sp_", "api_", "rpc_"}
	argumentPrefixes = []string{"a_", "p_", "arg_", "in_", "i_", "par_", "param_", "v_"}
)

// prefixes finds those that all routines and all their arguments have.
func (l *Listing) prefixes(routines []catalog.Routine) {
	var names, arguments []string
	for i := range routines {
		if r := &routines[i]; r.Kind == catalog.Function || r.Kind == catalog.Procedure {
			if r.Return == "trigger" || r.Return == "event_trigger" {
				continue
			}
			names = append(names, r.Name)
			for _, a := range r.Args {
				if a.IsInput() && a.Name != "" {
					arguments = append(arguments, a.Name)
				}
			}
		}
	}
	l.functionPrefix, l.argumentPrefix = common(names, functionPrefixes), common(arguments, argumentPrefixes)
	var members []string
	for _, m := range [][2]string{{"function_prefix", l.functionPrefix}, {"argument_prefix", l.argumentPrefix}} {
		if m[1] != "" {
			members = append(members, m[0]+": "+m[1])
		}
	}
	l.Naming = strings.Join(members, ", ")
}

// common returns the candidate that every name begins with and is longer than.
func common(names, candidates []string) string {
	for _, prefix := range candidates {
		all := len(names) > 0
		for _, name := range names {
			all = all && strings.HasPrefix(name, prefix) && len(name) > len(prefix)
		}
		if all {
			return prefix
		}
	}
	return ""
}

// sessionTypes are what a session may know its user by.
var sessionTypes = map[string]bool{"bigint": true, "integer": true, "uuid": true, "text": true}

// userIDType returns the type that most arguments called user_id have.
func (l *Listing) userIDType(routines []catalog.Routine) string {
	counts, best := map[string]int{}, "bigint"
	for i := range routines {
		for _, a := range routines[i].Args {
			if !l.isUserID(a) || !sessionTypes[a.Type] {
				continue
			}
			if counts[a.Type]++; counts[a.Type] > counts[best] {
				best = a.Type
			}
		}
	}
	return best
}

func (l *Listing) isUserID(a catalog.Arg) bool {
	return a.IsInput() && strings.TrimPrefix(a.Name, l.argumentPrefix) == userID
}

// serviceName returns what the service of a schema is called.
func serviceName(schema string) string {
	s := strings.Trim(unnamable.ReplaceAllString(strings.ToLower(schema), "_"), "_")
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return "api"
	}
	return s
}

var escape = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// pattern returns what the manifest's `ignore` matches a routine by: its bare
// name if no other has it.
func pattern(cat *catalog.Catalog, identity string) string {
	counts, name := map[string]int{}, ""
	for i := range cat.Routines {
		r := &cat.Routines[i]
		counts[r.Name]++
		if r.Identity == identity {
			name = r.Name
		}
	}
	if counts[name] > 1 || strings.TrimSpace(name) != name {
		return escape.Replace(identity)
	}
	return escape.Replace(name)
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// yamlPattern returns s as YAML in single quotes, which leave backslashes alone.
func yamlPattern(s string) string {
	if !printable(s) {
		return strconv.Quote(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// oneLine returns s for a comment: what would end it is left out.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, s)
}
