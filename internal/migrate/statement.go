package migrate

import (
	"errors"
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/sqltoken"
)

// statement is one statement of a file of functions/.
type statement struct {
	text   string // from its first word, with its semicolon if it has one
	offset int    // of text in the file, in bytes
	shape  string // its tokens, as shapeOf has them, joined by spaces
}

// shapeOf returns what t is for the shape of a statement: a quotation is its mark,
// which no name is mistaken for.
func shapeOf(t sqltoken.Token) string {
	if mark, ok := marks[t.Kind]; ok {
		return mark
	}
	return t.Text
}

// marks stand for quotations, whatever they say.
var marks = map[sqltoken.Kind]string{sqltoken.Quoted: `"`, sqltoken.String: "'"}

// split takes sql apart at the semicolons that end a statement. It need not be
// right about SQL that is wrong: each statement is sent by itself, in a message
// in which PostgreSQL takes no second one.
func split(sql string) []statement {
	var (
		all   []statement
		words []sqltoken.Token
		n     nesting
	)
	flush := func(end int) {
		if len(words) > 0 {
			all = append(all, newStatement(sql, words, end))
		}
		words, n = nil, nesting{}
	}
	for _, t := range sqltoken.Code(sql) {
		n.enter(t.Plain())
		switch {
		case t.Plain() == ";" && n.outside():
			flush(t.End)
		default:
			words = append(words, t)
		}
	}
	flush(len(sql))
	return all
}

func newStatement(sql string, tokens []sqltoken.Token, end int) statement {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = shapeOf(t)
	}
	start := tokens[0].Start
	return statement{text: sql[start:end], offset: start, shape: strings.Join(words, " ")}
}

// nesting knows what is open after some words: parentheses, and the BEGIN ATOMIC
// of a body with each CASE in it.
type nesting struct {
	parens, blocks int
	last           string
}

func (n *nesting) outside() bool { return n.parens <= 0 && n.blocks == 0 }

func (n *nesting) enter(word string) {
	// where a label stands, END and CASE are names
	label := n.last == "as" || n.last == "."
	switch {
	case word == "(":
		n.parens++
	case word == ")":
		n.parens--
	case word == "atomic" && n.last == "begin" && n.outside():
		n.blocks = 1
	case word == "case" && n.blocks > 0 && !label:
		n.blocks++
	case word == "end" && n.blocks > 0 && !label:
		n.blocks--
	}
	n.last = word
}

// allowed are the shapes of what a file of functions/ may hold. A name is one
// word, two with a dot between them, or a quotation mark for one in quotes.
var allowed = func(shapes ...string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:` + strings.Join(shapes, "|") + `)`)
}(
	`set (?:local )?role [^.]`,
	`set local search_path [^.]`,
	`create (?:or replace )?(?:function|procedure) `,
	`comment on (?:function|procedure) `,
	// after the name, or a table that is called function would do
	`(?:grant|revoke(?: grant option for)?) (?:execute|all(?: privileges)?) on (?:function|procedure|routine) \S+ (?:[.(,]|to|from) `,
	`alter (?:function|procedure|routine) \S+(?: \. \S+)?(?: \( .*\))? owner to \S+$`,
)

const toMigration = "put it into a migration: a file of functions/ creates its routine, comments on it, " +
	"grants and revokes its execution, alters its owner, and sets local role and search_path before"

const inOneTransaction = "all files are installed in one transaction: take commit and rollback out"

// hints say what to do about a statement by its first word, where it is not
// toMigration.
var hints = map[string]string{
	"begin": inOneTransaction, "start": inOneTransaction, "commit": inOneTransaction, "end": inOneTransaction,
	"rollback": inOneTransaction, "abort": inOneTransaction, "savepoint": inOneTransaction, "release": inOneTransaction,
	"set":   "write `set local role …` or `set local search_path …`; what a routine needs when it runs belongs into its own set clause",
	"reset": "leave it out: settings are restored after each file",
}

// checkFunctions refuses the statements that the files of functions/ may not
// have, all of them at once.
func (s *source) checkFunctions() error {
	var errs []error
	for _, f := range s.functions {
		for _, st := range split(f.text) {
			if !allowed.MatchString(st.shape) {
				errs = append(errs, s.misplaced(f, st))
			}
		}
	}
	return errors.Join(errs...)
}

// misplaced returns the error for a statement that is not sent.
func (s *source) misplaced(f file, st statement) *SQLError {
	e := s.refusal(f, f.text, &refused{st.offset, "`" + st.beginning() + "` may not stand in a file of functions/"})
	first, _, _ := strings.Cut(st.shape, " ")
	if e.Hint = hints[first]; e.Hint == "" {
		e.Hint = toMigration
	}
	return e
}

// beginning returns the first words for a message.
func (st statement) beginning() string {
	const words, characters = 4, 60
	fields := strings.Fields(strings.TrimSuffix(st.text, ";"))
	short := []rune(strings.Join(fields[:min(words, len(fields))], " "))
	if len(short) > characters {
		return string(short[:characters]) + "…"
	}
	return string(short)
}
