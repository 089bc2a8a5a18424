package catalog

import "strings"

// Config is one SET clause of a routine. Value is as PostgreSQL stores it: an
// empty search_path is `""`, a list of one empty identifier.
type Config struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// parseConfig splits the elements of pg_proc.proconfig at their first "=":
// values may have more of them.
func parseConfig(elements []string) []Config {
	var all []Config
	for _, e := range elements {
		name, value, _ := strings.Cut(e, "=")
		all = append(all, Config{Name: name, Value: value})
	}
	return all
}

// List takes the value apart as PostgreSQL does for search_path: identifiers
// between commas, folded to lower case unless quoted. Empty ones are left out.
func (c Config) List() []string {
	var all []string
	for _, t := range scan(c.Value) {
		if t.isName() && t.text != "" {
			all = append(all, t.text)
		}
	}
	return all
}

// Setting returns the routine's SET clause for the parameter name.
func (r *Routine) Setting(name string) (c Config, ok bool) {
	for _, c := range r.Config {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Config{}, false
}
