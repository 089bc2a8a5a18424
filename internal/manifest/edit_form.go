package manifest

import (
	"regexp"
	"strconv"
	"strings"
)

// form is how entries of a list are written.
type form struct {
	indent int
	gap    string // after the dash
	pad    string // inside of braces
	block  bool   // a key a line
}

// formOf returns how entry i of l is written, or the form that spgen prefers.
func (s *sheet) formOf(l list, i int) form {
	f := form{indent: l.indent, gap: " "}
	if i < 0 || i >= len(l.starts) {
		return f
	}
	rest := strings.TrimLeft(s.lines[l.starts[i]].text, " ")[1:]
	value := strings.TrimLeft(rest, " ")
	if value != "" && value[0] != '#' {
		f.gap = rest[:len(rest)-len(value)]
	}
	if after, flow := strings.CutPrefix(value, "{"); flow {
		f.pad = after[:min(1, len(after)-len(strings.TrimLeft(after, " ")))]
		return f
	}
	f.block = true
	return f
}

// pair is a key with its value as YAML.
type pair struct{ key, value string }

// write returns the lines of an entry.
func (f form) write(pairs []pair) []string {
	texts := make([]string, len(pairs))
	for i, p := range pairs {
		texts[i] = p.key + ": " + p.value
	}
	dash := strings.Repeat(" ", f.indent) + "-" + f.gap
	if !f.block {
		return []string{dash + "{" + f.pad + strings.Join(texts, ", ") + f.pad + "}"}
	}
	for i := range texts {
		texts[i] = strings.Repeat(" ", len(dash)) + texts[i]
	}
	texts[0] = dash + strings.TrimLeft(texts[0], " ")
	return texts
}

// writeWith is write with the comments of the entry.
func (f form) writeWith(c comments, pairs []pair) []string {
	var lines []string
	for _, comment := range c.lines {
		lines = append(lines, strings.Repeat(" ", f.indent)+comment)
	}
	entry := f.write(pairs)
	if c.after != "" {
		entry[0] += " " + c.after
	}
	return append(lines, entry...)
}

// methodPairs are the keys of a method in the order in which spgen writes them.
func methodPairs(m Method) []pair {
	all := []pair{
		{"id", strconv.FormatUint(uint64(m.ID), 10)},
		{"name", scalar(m.Name)},
		{"function", quoted(m.Function)},
		{"access", accessText(m.Access)},
		{"session", m.Session},
		{"rows", m.Rows},
		{"fill", fillText(m.Fill)},
		{"client", words(m.Client)},
		{"timeout", ""},
		{"lane", m.Lane},
		{"rate", m.Rate.String()},
		{"account", m.Account},
		{"deprecated", optional(m.Deprecated)},
		{"since", optional(m.Since)},
	}
	if m.Timeout > 0 {
		all[8].value = strconv.FormatInt(m.Timeout.Milliseconds(), 10) + "ms"
	}
	given := all[:0]
	for _, p := range all {
		if p.value != "" {
			given = append(given, p)
		}
	}
	return given
}

func retiredPairs(m Method) []pair {
	return []pair{{"id", strconv.FormatUint(uint64(m.ID), 10)}, {"name", scalar(m.Name)}, {"function", quoted(m.Function)}}
}

func accessText(a Access) string {
	switch {
	case a.Public:
		return "public"
	case len(a.Roles) == 0:
		return "session"
	}
	return words(a.Roles)
}

func fillText(fills []Fill) string {
	if len(fills) == 0 {
		return ""
	}
	texts := make([]string, len(fills))
	for i, f := range fills {
		texts[i] = scalar(f.Argument) + ": " + scalar(f.Source)
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

// words is a list of words in brackets, or nothing.
func words(list []string) string {
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i, w := range list {
		texts[i] = scalar(w)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func optional(s string) string {
	if s == "" {
		return ""
	}
	return quoted(s)
}

var (
	plainText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`)
	yamlWord  = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

// scalar is s, in quotes where it needs them.
func scalar(s string) string {
	if plainText.MatchString(s) && !yamlWord.MatchString(s) {
		return s
	}
	return quoted(s)
}

// quoted is s in the quotes that need no escapes, if there are such.
func quoted(s string) string {
	if !strings.ContainsAny(s, "\"\\\n\t") {
		return `"` + s + `"`
	}
	if !strings.ContainsAny(s, "\n\t") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return strconv.Quote(s)
}
