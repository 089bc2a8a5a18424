package ir_test

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/pgtest"
)

// domains.sql makes the domains api.d1, api.d2, ... with a function of each.
//
//go:embed testdata/domains.sql
var domainsSQL string

// refuses says whether c refuses a value of a base type, given as text.
func refuses(c ir.Check, base, value string) bool {
	switch c.Kind {
	case ir.CheckLength:
		return !within(c, strconv.Itoa(utf8.RuneCountInString(value)), 0)
	case ir.CheckOctets:
		n := len(value)
		if base == "bytea" {
			n = (n - 2) / 2 // \x and two digits a byte
		}
		return !within(c, strconv.Itoa(n), 0)
	case ir.CheckPattern:
		return regexp.MustCompile(c.Pattern).MatchString(value) == c.Not
	case ir.CheckRange:
		return !within(c, value, floatSize[base])
	}
	listed := slices.ContainsFunc(c.List, func(one string) bool {
		_, number := new(big.Rat).SetString(one)
		return one == value || number && numeric[base] && within(ir.Check{Min: one, Max: one}, value, floatSize[base])
	})
	return listed == c.Not
}

var (
	floatSize = map[string]int{"real": 32, "double precision": 64}
	numeric   = map[string]bool{"smallint": true, "integer": true, "bigint": true, "numeric": true, "real": true, "double precision": true}
)

// within says whether a number lies within the bounds of c. One of so many
// bits is rounded as PostgreSQL does when it reads it.
func within(c ir.Check, text string, bits int) bool {
	if text == "NaN" {
		return c.Max == ""
	}
	n, _ := new(big.Rat).SetString(text)
	bound := func(text string) *big.Rat { r, _ := new(big.Rat).SetString(text); return r }
	if bits > 0 {
		bound = func(text string) *big.Rat { f, _ := strconv.ParseFloat(text, 64); return new(big.Rat).SetFloat64(f) }
		f, _ := strconv.ParseFloat(text, bits)
		n = new(big.Rat).SetFloat64(f)
	}
	return (c.Min == "" || n.Cmp(bound(c.Min)) > 0 || n.Cmp(bound(c.Min)) == 0 && !c.MinOpen) &&
		(c.Max == "" || n.Cmp(bound(c.Max)) < 0 || n.Cmp(bound(c.Max)) == 0 && !c.MaxOpen)
}

// subject is a domain and what became of its checks.
type subject struct {
	name, base string
	oid        uint32
	checks     []ir.Check
}

func readSubjects(t *testing.T, conn *pgx.Conn) []subject {
	t.Helper()
	c, err := catalog.Read(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	var all []subject
	for _, r := range c.Routines {
		domain := c.Types[r.Args[0].Type]
		s := subject{name: domain.Name, base: domain.Elem, checks: ir.ParseChecks(c, domain)}
		for c.Types[s.base].Kind == catalog.Domain {
			s.base = c.Types[s.base].Elem
		}
		if err := conn.QueryRow(t.Context(), "select $1::text::regtype::oid", s.name).Scan(&s.oid); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// accepts asks PostgreSQL to read a value of the domain.
func (s subject) accepts(t fataler, conn *pgx.Conn, value string) bool {
	r := conn.PgConn().ExecParams(context.Background(), "select $1", [][]byte{[]byte(value)}, []uint32{s.oid}, nil, nil).Read()
	var pgErr *pgconn.PgError
	if r.Err != nil && !errors.As(r.Err, &pgErr) {
		t.Fatalf("%v", r.Err)
	}
	if pgErr != nil && !pgerrcode.IsDataException(pgErr.Code) && !pgerrcode.IsIntegrityConstraintViolation(pgErr.Code) {
		t.Fatalf("%s of %q: %v", s.name, value, pgErr)
	}
	return r.Err == nil
}

var checkedTexts = rapid.Custom(func(t *rapid.T) string {
	core := rapid.StringOfN(rapid.RuneFrom([]rune("aabxyzé1 \n.@_日")), 0, 12, -1).Draw(t, "text")
	return core + strings.Repeat(" ", rapid.SampledFrom([]int{0, 0, 0, 1, 3, 20}).Draw(t, "blanks"))
})

var checkedNumbers = rapid.Custom(func(t *rapid.T) string {
	whole := rapid.SampledFrom([]int{-7, -5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 99, 100, 101, 149, 150, 250, 999}).Draw(t, "whole")
	return fmt.Sprint(whole, rapid.SampledFrom([]string{"", ".0", ".004", ".005", ".1", ".49", ".5", ".994", ".995", ".9999999999999999999", ".09999999999"}).Draw(t, "fraction"))
})

// values are those to try on domains over a type.
func values(base string) *rapid.Generator[string] {
	switch base {
	case "smallint", "integer", "bigint":
		return rapid.Map(rapid.IntRange(-10, 120), strconv.Itoa)
	case "numeric", "real", "double precision":
		return rapid.OneOf(checkedNumbers, rapid.Just("NaN"))
	case "bytea":
		return rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 20), func(b []byte) string { return fmt.Sprintf(`\x%x`, b) })
	case "api.mood":
		return rapid.SampledFrom([]string{"a", "b", "c"})
	}
	return checkedTexts
}

// What a check refuses, PostgreSQL refuses too.
func TestChecksAreNotStricterThanPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	pgtest.Exec(t, url, domainsSQL)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	refused, both := 0, 0
	for _, s := range readSubjects(t, conn) {
		rapid.Check(t, func(t *rapid.T) {
			value := values(s.base).Draw(t, "value")
			accepted := s.accepts(t, conn, value)
			i := slices.IndexFunc(s.checks, func(c ir.Check) bool { return refuses(c, s.base, value) })
			if i >= 0 && accepted {
				t.Fatalf("%s over %s accepts %q, but not %+v", s.name, s.base, value, s.checks[i])
			}
			if !accepted {
				refused++
			}
			if i >= 0 {
				both++
			}
		})
	}
	t.Logf("of %d values that PostgreSQL refuses, the checks refuse %d", refused, both)
	if both < refused/2 {
		t.Errorf("the checks refuse %d of %d values: too many are left to the database", both, refused)
	}
}
