package scaffold

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/module"
)

// SpgenModule is the module that generated code imports its runtime from.
const SpgenModule = "github.com/spgen/spgen"

// CheckModule reports why a new project's module cannot be called name.
func CheckModule(name string) error {
	const hint = "use a path such as example.com/shop"
	if name == "" {
		return errors.New("the module path is empty: " + hint)
	}
	if err := module.CheckPath(name); err != nil {
		var invalid *module.InvalidPathError
		if errors.As(err, &invalid) && invalid.Err != nil {
			err = invalid.Err
		}
		return fmt.Errorf("%q is no module path: %w: %s", name, err, hint)
	}
	if name == SpgenModule || strings.HasPrefix(name, SpgenModule+"/") {
		return fmt.Errorf("%q is spgen's own module path: %s", name, hint)
	}
	for _, element := range []string{"vendor", "internal"} {
		if slices.Contains(strings.Split(name, "/"), element) {
			return fmt.Errorf("%q has the element %s, which Go keeps for itself: %s", name, element, hint)
		}
	}
	return nil
}

const maxName = 63 // bytes of a PostgreSQL identifier

var simple = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// CheckSchema reports why a schema called name cannot hold the functions of a
// project. A schema that is to be made has a name that needs no quotes; one that
// exists may be called anything.
func CheckSchema(name string, exists bool) error {
	switch {
	case name == "":
		return errors.New("the schema's name is empty: use api")
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		return fmt.Errorf("%q is no name of a schema: it is not UTF-8, or has a NUL character", name)
	case len(name) > maxName:
		return fmt.Errorf("%q is too long for a schema's name: PostgreSQL has room for %d bytes", name, maxName)
	case strings.HasPrefix(name, "pg_"), name == "information_schema":
		return fmt.Errorf("%q is PostgreSQL's own schema: choose another, such as api", name)
	case exists:
		return nil
	case name == "public":
		return errors.New("\"public\" exists in every database, and extensions put functions there: choose another schema, such as api")
	case !simple.MatchString(name):
		return fmt.Errorf("%q needs quotes wherever it is written: use lower-case letters, digits and underscores, such as api", name)
	case reserved[name]:
		return fmt.Errorf("%q is a keyword of SQL and needs quotes wherever it is written: choose another name, such as api", name)
	}
	return nil
}

var unnamable = regexp.MustCompile(`[^a-z0-9]+`)

// roomForSuffix is what is left of maxName for the project in "…_server".
const roomForSuffix = maxName - len("_server")

// NameOf returns the name of the program of a module: its last element as lower
// case letters, digits and underscores. Roles are named after it.
func NameOf(modulePath string) string {
	prefix, _, ok := module.SplitPathVersion(modulePath)
	if !ok {
		prefix = modulePath
	}
	name := strings.Trim(unnamable.ReplaceAllString(strings.ToLower(path.Base(prefix)), "_"), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' || name == "pg" || strings.HasPrefix(name, "pg_") {
		name = strings.TrimSuffix("app_"+name, "_")
	}
	return name[:min(len(name), roomForSuffix)]
}

// Ident returns name as SQL, in quotes where it may need them.
func Ident(name string) string {
	if simple.MatchString(name) && !reserved[name] {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// yamlWords are what YAML reads as something else than text.
var yamlWords = keywords("true false yes no on off null y n")

// yamlText returns s as YAML that is read as text whatever s is.
func yamlText(s string) string {
	if simple.MatchString(s) && s[0] != '_' && !yamlWords[s] {
		return s
	}
	return strconv.Quote(s)
}

// yamlName is yamlText for the name of a method.
func yamlName(s string) string {
	if yamlWords[strings.ToLower(s)] {
		return strconv.Quote(s)
	}
	return s
}

// reserved are PostgreSQL's keywords that cannot name a schema, function or
// column without quotes (appendix C; all but those that are unreserved).
var reserved = keywords(`all analyse analyze and any array as asc asymmetric authorization between bigint binary bit
	boolean both case cast char character check coalesce collate collation column concurrently constraint create cross
	current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal
	default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full
	grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull
	join json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
	json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national natural
	nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing
	position precision primary real references returning right row select session_user setof similar smallint some
	substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user
	using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
	xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`)

func keywords(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}
