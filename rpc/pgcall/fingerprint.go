package pgcall

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Fingerprints returns the fingerprint of every routine of schemas in the
// database of conn, by identity: "api.fun_sign_up(text,text,text)". Equal
// fingerprints say that calls of both routines are made and answered alike.
func Fingerprints(ctx context.Context, conn *pgx.Conn, schemas ...string) (map[string]string, error) {
	s, err := readSchema(ctx, conn, schemas)
	if err != nil {
		return nil, err
	}
	all := make(map[string]string)
	for _, named := range s.routines {
		for _, r := range named {
			all[r.identity] = s.fingerprint(r)
		}
	}
	return all, nil
}

// fingerprint returns 16 hexadecimal digits of the SHA-256 of text.
func (s *schema) fingerprint(r *routine) string {
	sum := sha256.Sum256(s.appendText(nil, r))
	return hex.EncodeToString(sum[:8])
}

// appendText describes r, a fact a line, and after it the types that it reaches
// and that are not PostgreSQL's own, sorted by name. The generator writes the
// same text (internal/catalog, Catalog.FingerprintText).
func (s *schema) appendText(b []byte, r *routine) []byte {
	b = words(b, r.kind, r.identity)
	b = words(b, "of", strconv.Itoa(len(s.routines[r.name])))
	b = words(b, "volatility", r.volatility)
	if r.strict {
		b = words(b, "strict")
	}
	if r.set {
		b = words(b, "returns", "setof", s.nameOf(r.returns))
	} else {
		b = words(b, "returns", s.nameOf(r.returns))
	}
	for i := range r.args {
		a := &r.args[i]
		b = append(append(b, "arg "...), a.mode...)
		b = append(strconv.AppendQuote(append(b, ' '), a.name), ' ')
		b = append(b, s.nameOf(a.oid)...)
		if a.optional {
			b = append(b, " default"...)
		}
		b = append(b, '\n')
	}
	for _, t := range s.reached(r) {
		b = append(b, t.line...)
	}
	return b
}

// words appends a line of words.
func words(b []byte, words ...string) []byte {
	for i, w := range words {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, w...)
	}
	return append(b, '\n')
}

// reached returns the types of r that have a line of their own, each once.
func (s *schema) reached(r *routine) []*typeFacts {
	all := slices.Clone(s.reach(r.returns))
	for i := range r.args {
		all = append(all, s.reach(r.args[i].oid)...)
	}
	slices.SortFunc(all, byTypeName)
	return slices.Compact(all)
}

func byTypeName(x, y *typeFacts) int { return strings.Compare(x.name, y.name) }

// reach returns the types with a line that the type oid is made of, itself
// included. It remembers the answer, as many routines share types.
func (s *schema) reach(oid uint32) []*typeFacts {
	t := s.types[oid]
	if t == nil {
		return nil
	}
	if t.reach == nil {
		seen := map[*typeFacts]bool{}
		s.visit(t, seen)
		t.reach = make([]*typeFacts, 0, len(seen))
		for part := range seen {
			if part.line != "" {
				t.reach = append(t.reach, part)
			}
		}
		slices.SortFunc(t.reach, byTypeName)
	}
	return t.reach
}

func (s *schema) visit(t *typeFacts, seen map[*typeFacts]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	s.visit(s.types[t.elem], seen)
	for _, f := range t.fields {
		s.visit(s.types[f.oid], seen)
	}
}

// describe writes the line of t; what is PostgreSQL's own has none.
func (s *schema) describe(t *typeFacts) {
	if t.builtin || t.kind == kindArray || t.kind == kindPseudo {
		return
	}
	line := []string{"type", t.kind, t.name}
	switch t.kind {
	case kindEnum:
		for _, l := range t.labels {
			line = append(line, strconv.Quote(l))
		}
	case kindComposite:
		for _, f := range t.fields {
			line = append(line, strconv.Quote(f.name), f.declared)
			if f.notNull {
				line = append(line, notNullWord)
			}
		}
	case kindDomain:
		line = append(line, s.domainWords(t)...)
	case kindRange, kindMultirange:
		line = append(line, s.nameOf(t.elem))
	}
	t.line = string(words(nil, line...))
}

const notNullWord = "notnull"

// domainWords are those of a domain and of the domains under it, whose rules are
// its own.
func (s *schema) domainWords(t *typeFacts) []string {
	line := []string{t.declared}
	if s.refusesNull(t) {
		line = append(line, notNullWord)
	}
	for ; t != nil && t.kind == kindDomain; t = s.types[t.elem] {
		for _, check := range t.checks {
			line = append(line, strconv.Quote(check))
		}
	}
	return line
}

// refusesNull reports whether t is a domain that is NOT NULL at any level.
func (s *schema) refusesNull(t *typeFacts) bool {
	for ; t != nil && t.kind == kindDomain; t = s.types[t.elem] {
		if t.notNull {
			return true
		}
	}
	return false
}
