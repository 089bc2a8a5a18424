package scaffold

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
)

const (
	userID        = "user_id" // the session key of a new manifest
	maxMethodName = 64
)

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

// entry is what the manifest says of r. An argument called user_id is the
// session's: a client that may choose it reads another's data.
func (l *Listing) entry(r *catalog.Routine, access Access) Entry {
	e := Entry{Name: methodName(strings.TrimPrefix(r.Name, l.functionPrefix)), Identity: r.Identity, Access: access}
	for _, a := range r.Args {
		switch {
		case l.UserID == "" || !l.isUserID(a):
		case a.Type == l.UserID && e.Fill == "":
			e.Fill = a.Name
		default:
			e.Client = append(e.Client, a.Name)
		}
	}
	return e
}

var notASCII = regexp.MustCompile(`[^A-Za-z0-9]+`)

// methodName makes the name of a routine that of a method, as the manifest
// demands it: ASCII letters and digits, the first an upper-case letter.
func methodName(name string) string {
	s := notASCII.ReplaceAllString(ir.GoName(name), "")
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		s = "X" + s
	}
	return s[:min(len(s), maxMethodName)]
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
	if counts[name] > 1 {
		return escape.Replace(identity)
	}
	return escape.Replace(name)
}

// yamlPattern returns s as YAML in single quotes, which leave backslashes alone.
func yamlPattern(s string) string {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return strconv.Quote(s)
		}
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
