package migrate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLError is a fault in an SQL file, as a rule one that PostgreSQL found.
type SQLError struct {
	File         string // as messages name it: "schema/functions/auth/login.sql"
	Line, Column int    // from 1, in characters; 0 when unknown
	SQLState     string // "" when PostgreSQL was not asked
	Message      string
	Detail       string
	Hint         string
	Snippet      string // the line, without its end, or "" when unknown
	offset       int    // in bytes, when Line is known
	cause        error
}

// Unwrap returns the *pgconn.PgError, or nil.
func (e *SQLError) Unwrap() error { return e.cause }

// Error returns file:line:column: message, the line with a caret below the
// column, and what PostgreSQL said besides.
func (e *SQLError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	fmt.Fprintf(&b, ": %s", e.Message)
	if e.SQLState != "" {
		fmt.Fprintf(&b, " (SQLSTATE %s)", e.SQLState)
	}
	if e.Snippet != "" {
		text, caret := window(e.Snippet, e.Column)
		fmt.Fprintf(&b, "\n%6d | %s\n       | %s^", e.Line, text, caret)
	}
	for _, note := range []struct{ name, text string }{{"detail", e.Detail}, {"hint", e.Hint}} {
		if note.text != "" {
			fmt.Fprintf(&b, "\n%s: %s", note.name, note.text)
		}
	}
	return b.String()
}

// snippetWidth is the most characters of a line that Error shows.
const snippetWidth = 120

// window cuts a long line around the column, and returns it with the white
// space that puts a caret below.
func window(line string, column int) (text, caret string) {
	r := []rune(line)
	at := min(max(column-1, 0), len(r))
	if len(r) > snippetWidth {
		from := min(max(at-snippetWidth/2, 0), len(r)-snippetWidth)
		r, at = r[from:from+snippetWidth], at-from
	}
	blank := strings.Map(func(c rune) rune {
		if c == '\t' {
			return c
		}
		return ' '
	}, string(r[:at]))
	return string(r), blank
}

// sentSQL is what PostgreSQL was sent when it found an error.
type sentSQL struct {
	text  string // what was sent
	whole string // what that is part of
	base  int    // where in whole, in bytes
	body  string // of the routine that was validated, if that failed
}

// sqlError returns pg with its place in sent, taken for the text of f.
func (s *source) sqlError(f file, sent sentSQL, pg *pgconn.PgError) *SQLError {
	e := &SQLError{
		File: s.name(f.path), SQLState: pg.Code, Message: pg.Message, Detail: pg.Detail, Hint: pg.Hint, cause: pg,
	}
	if offset, ok := sent.find(pg); ok && sent.whole != "" {
		e.at(sent.whole, min(sent.base+offset, len(sent.whole)))
	}
	return e
}

// refusal returns the error for a statement of f that is not sent.
func (s *source) refusal(f file, text string, r *refused) *SQLError {
	e := &SQLError{File: s.name(f.path), Message: r.why}
	e.at(text, r.offset)
	return e
}

// at sets the place of e to a byte of text.
func (e *SQLError) at(text string, offset int) {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[start:], "\n")
	e.Line = strings.Count(text[:start], "\n") + 1
	e.Column = utf8.RuneCountInString(text[start:offset]) + 1
	e.Snippet = line
	e.offset = offset
}

// nearLine is how plpgsql says where compilation failed, when it knows no more.
var nearLine = regexp.MustCompile(`near line (\d+)`)

// find returns the byte of what was sent that an error is about.
func (q sentSQL) find(pg *pgconn.PgError) (int, bool) {
	if pg.Position > 0 && q.body == "" {
		return runeOffset(q.text, int(pg.Position)), true
	}
	if pg.InternalPosition > 0 {
		return bodyOffset(q.text, pg.InternalQuery, runeOffset(pg.InternalQuery, int(pg.InternalPosition)))
	}
	if m := nearLine.FindStringSubmatch(pg.Where); m != nil && q.body != "" {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, false
		}
		return bodyOffset(q.text, q.body, lineOffset(q.body, n))
	}
	return 0, false
}

// bodyOffset returns where the byte at offset of a routine's body is in text,
// which has the body between dollar quotes, or between quotes and escaped.
func bodyOffset(text, body string, offset int) (int, bool) {
	if i := strings.Index(text, body); i >= 0 {
		return i + offset, true
	}
	if i := strings.Index(text, escape(body)); i >= 0 {
		return i + len(escape(body[:offset])), true
	}
	return 0, false
}

func escape(s string) string { return strings.ReplaceAll(s, "'", "''") }

// lineOffset returns the first byte of the nth line, from 1, that is not blank.
func lineOffset(text string, n int) int {
	offset := 0
	for ; n > 1; n-- {
		i := strings.IndexByte(text[offset:], '\n')
		if i < 0 {
			return len(text)
		}
		offset += i + 1
	}
	line, _, _ := strings.Cut(text[offset:], "\n")
	return offset + len(line) - len(strings.TrimLeft(line, " \t"))
}

// runeOffset returns the byte offset of a character counted from 1; a position
// past the end is the end.
func runeOffset(text string, position int) int {
	n := 1
	for i := range text {
		if n == position {
			return i
		}
		n++
	}
	return len(text)
}
