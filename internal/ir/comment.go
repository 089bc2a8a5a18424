package ir

import "strings"

// tags are the `@tag value` lines of a routine's comment.
type tags struct {
	notNullAll bool
	notNull    []string          // names of columns or parameters
	params     map[string]string // docs by wire name
	columns    map[string]string
	deprecated string
	since      string
	errors     []string   // names of errors that the routine declares
	json, dims []namedTag // `@json name number`, `@dims name 2`
	aliases    []namedTag // `@alias former name`
	examples   []Example
	lintIgnore []LintIgnore
	unknown    []string // tags that mean nothing
}

// namedTag is a tag that says something of a parameter or column.
type namedTag struct{ name, value string }

// parseComment takes a comment apart: tag lines, and the Markdown around them.
// Lines inside a fenced code block are never tags.
func parseComment(comment string) (Doc, tags) {
	t := tags{params: map[string]string{}, columns: map[string]string{}}
	var text []string
	fence := ""
	lines := strings.Split(strings.ReplaceAll(comment, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line, trimmed := lines[i], strings.TrimSpace(lines[i])
		if fence == "" && isTag(trimmed) {
			i += t.add(trimmed, lines[i+1:])
			continue
		}
		fence = nextFence(fence, trimmed)
		text = append(text, strings.TrimRight(line, " \t"))
	}
	return newDoc(strings.TrimSpace(strings.Join(text, "\n"))), t
}

// nextFence returns the fence that is open after line: the run of backquotes or
// tildes that began a code block, or "". One as long closes it.
func nextFence(open, line string) string {
	run := line[:len(line)-len(strings.TrimLeft(line, "`"))]
	if run == "" {
		run = line[:len(line)-len(strings.TrimLeft(line, "~"))]
	}
	switch {
	case open == "" && len(run) >= 3:
		return run
	case open != "" && strings.HasPrefix(run, open) && run == line:
		return ""
	}
	return open
}

func isTag(line string) bool {
	return len(line) > 1 && line[0] == '@' && line[1] >= 'a' && line[1] <= 'z'
}

// add takes a tag in, and returns how many of the lines that follow belong to it.
func (t *tags) add(line string, follow []string) int {
	name, value := cutWord(line[1:])
	if name == "example" {
		return t.addExample(line, value, follow)
	}
	switch name {
	case "notnull":
		names := list(value)
		t.notNullAll = t.notNullAll || len(names) == 0
		t.notNull = append(t.notNull, names...)
	case "param":
		who, what := cutWord(value)
		t.params[who] = what
	case "column":
		who, what := cutWord(value)
		t.columns[who] = what
	case "deprecated":
		t.deprecated = value
		if value == "" {
			t.deprecated = "deprecated"
		}
	case "error":
		t.errors = append(t.errors, list(value)...)
	case "since":
		t.since = value
	case "json", "dims", "alias":
		t.addNamed(name, value)
	case "lint-ignore":
		code, reason := cutWord(value)
		t.lintIgnore = append(t.lintIgnore, LintIgnore{code, reason})
	default:
		t.unknown = append(t.unknown, name)
	}
	return 0
}

// maxExampleLines bounds how many lines an example goes on for.
const maxExampleLines = 100

// addExample takes in an example, whose parameters may go on until a line that is
// blank or a tag.
func (t *tags) addExample(line, value string, follow []string) int {
	whole, n := value, 0
	for unended(whole) && n < min(len(follow), maxExampleLines) {
		next := strings.TrimSpace(follow[n])
		if next == "" || isTag(next) {
			break
		}
		whole += "\n" + next
		n++
	}
	if decodeParams(whole) != nil {
		whole, n = value, 0 // what follows is none of it
	}
	t.examples = append(t.examples, parseExample(line, whole))
	return n
}

func (t *tags) addNamed(name, value string) {
	who, what := cutWord(value)
	list := map[string]*[]namedTag{"json": &t.json, "dims": &t.dims, "alias": &t.aliases}[name]
	*list = append(*list, namedTag{who, what})
}

// cutWord splits off the first word.
func cutWord(s string) (word, rest string) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// list splits names at white space and commas.
func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
}

func newDoc(text string) Doc {
	summary, _, _ := strings.Cut(text, "\n\n")
	summary = strings.Join(strings.Fields(summary), " ")
	if i := strings.Index(summary, ". "); i > 0 {
		summary = summary[:i+1]
	}
	return Doc{Summary: summary, Text: text}
}
