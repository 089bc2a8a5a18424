package pgcall

import (
	"encoding/base32"
	"hash/fnv"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc/pgjson"
)

// Statement is the SQL of one call: a procedure with a given set of arguments
// present. Absent arguments are left out of the SQL, so that the database
// applies its own defaults, unless Param.Default stands in for them.
type Statement struct {
	Procedure     *Procedure
	Params        []int  // indexes of the parameters that are present, in the order of Query.Args
	Name          string // of the prepared statement; "" for one that is not kept
	SQL           string
	ResultFormats []int16

	decoders []pgjson.Decoder // of the columns
	keys     []string         // what precedes the columns' values in an object: `{"user_id":`, `,"name":`
}

// maxKept bounds how many variants of a procedure are kept as named prepared
// statements. A procedure with n optional parameters has 2^n.
const maxKept = 64

// present is a set of arguments by index; PostgreSQL allows 100 of them.
type present [2]uint64

func (s *present) add(i int)     { s[i>>6] |= 1 << (i & 63) }
func (s present) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }

// statements caches a procedure's statements by the arguments present.
type statements struct {
	mu sync.RWMutex // guards kept
	// kept never shrinks; beyond maxKept new variants are built for each call.
	kept map[present]*Statement
}

// statement returns the statement for the arguments in set.
func (p *Procedure) statement(set present) *Statement {
	p.statements.mu.RLock()
	s, ok := p.statements.kept[set]
	p.statements.mu.RUnlock()
	if ok {
		return s
	}
	p.statements.mu.Lock()
	defer p.statements.mu.Unlock()
	if s, ok := p.statements.kept[set]; ok {
		return s
	}
	s = p.build(set)
	if len(p.statements.kept) >= maxKept {
		s.Name = ""
		return s
	}
	if p.statements.kept == nil {
		p.statements.kept = make(map[present]*Statement)
	}
	p.statements.kept[set] = s
	return s
}

func (p *Procedure) build(set present) *Statement {
	var b strings.Builder
	p.appendList(&b)
	b.WriteString(p.Head)
	var params []int
	follows := p.Lead
	for i := range p.Params {
		param := &p.Params[i]
		if !set.has(i) && (set == present{} && !p.Lead || param.Default == "" || param.lacking) {
			continue
		}
		if follows {
			b.WriteString(", ")
		}
		follows = true
		b.WriteString(param.Arg)
		if set.has(i) {
			params = append(params, i)
			b.WriteString("$" + strconv.Itoa(len(params)))
		} else {
			b.WriteString("(" + param.Default + ")")
		}
		b.WriteString(param.Cast)
	}
	b.WriteString(p.Tail)
	sql := b.String()
	s := &Statement{Procedure: p, Params: params, Name: statementName(sql), SQL: sql}
	for i := range p.Columns {
		t := p.Columns[i].Type
		s.ResultFormats = append(s.ResultFormats, t.Format())
		s.decoders = append(s.decoders, pgjson.NewDecoder(t))
		s.keys = append(s.keys, objectKey(i, p.Columns[i].Name))
	}
	return s
}

// byName reports whether the columns are selected by their names. What the
// database adds to them, and another order of them, is then of no matter.
func (p *Procedure) byName() bool { return strings.HasPrefix(p.Head, "from ") }

// appendList writes the select list of a call whose Head lacks one.
func (p *Procedure) appendList(b *strings.Builder) {
	if !p.byName() {
		return
	}
	b.WriteString("select ")
	for i := range p.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		if p.Columns[i].lacking {
			b.WriteString("null as ")
		}
		b.WriteString(pgx.Identifier{p.Columns[i].source()}.Sanitize())
	}
	b.WriteByte(' ')
}

func objectKey(i int, name string) string {
	before := byte(',')
	if i == 0 {
		before = '{'
	}
	return string(append(pgjson.AppendString([]byte{before}, name), ':'))
}

// statementName derives the prepared statement's name from its SQL, so that a
// pooler may share it.
func statementName(sql string) string {
	h := fnv.New128a()
	h.Write([]byte(sql))
	return "spgen_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)))
}
