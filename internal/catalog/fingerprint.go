package catalog

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Fingerprint returns the hash of what calls of r depend on in the database: 16
// hexadecimal digits of the SHA-256 of [Catalog.FingerprintText]. The running
// server computes it of its own database.
func (c *Catalog) Fingerprint(r *Routine) string {
	sum := sha256.Sum256([]byte(c.FingerprintText(r)))
	return hex.EncodeToString(sum[:8])
}

// FingerprintText describes r, a fact a line, and after it the types that it
// reaches and that are not PostgreSQL's own, sorted by name. The runtime
// (rpc/pgcall) writes the same text of the same database; a test holds both
// against each other. It has no OIDs, comments, owners or rights.
func (c *Catalog) FingerprintText(r *Routine) string {
	var b strings.Builder
	line := func(words ...string) { b.WriteString(strings.Join(words, " ") + "\n") }
	line(string(rune(r.Kind)), r.Identity)
	line("of", strconv.Itoa(len(c.named(written{schema: r.Schema, name: r.Name}))))
	line("volatility", string(rune(r.Volatility)))
	if r.Strict {
		line("strict")
	}
	returns := []string{"returns", r.Return}
	if r.ReturnsSet {
		returns = []string{"returns", "setof", r.Return}
	}
	line(returns...)
	for _, a := range r.Args {
		words := []string{"arg", string(rune(a.Mode)), strconv.Quote(a.Name), a.Type}
		if a.Default != "" {
			words = append(words, "default")
		}
		line(words...)
	}
	for _, t := range c.reached(r) {
		line(c.typeWords(t)...)
	}
	return b.String()
}

// reached returns the types of r that have a line of their own.
func (c *Catalog) reached(r *Routine) []*Type {
	seen := map[string]bool{}
	var all []*Type
	var visit func(name string)
	visit = func(name string) {
		t := c.Types[name]
		if t == nil || seen[name] {
			return
		}
		seen[name] = true
		if t.Schema != "pg_catalog" && t.Kind != Array && t.Kind != Pseudo {
			all = append(all, t)
		}
		for _, part := range t.parts() {
			visit(part)
		}
	}
	visit(r.Return)
	for _, a := range r.Args {
		visit(a.Type)
	}
	slices.SortFunc(all, func(x, y *Type) int { return strings.Compare(x.Name, y.Name) })
	return all
}

// typeWords are the words of a type's line.
func (c *Catalog) typeWords(t *Type) []string {
	words := []string{"type", string(rune(t.Kind)), t.Name}
	switch t.Kind {
	case Enum:
		for _, l := range t.Labels {
			words = append(words, strconv.Quote(l))
		}
	case Composite:
		for _, f := range t.Fields {
			words = append(words, strconv.Quote(f.Name), cmp.Or(f.Declared, f.Type))
			if f.NotNull {
				words = append(words, "notnull")
			}
		}
	case Domain:
		words = append(words, cmp.Or(t.Declared, t.Elem))
		if t.NotNull {
			words = append(words, "notnull")
		}
		for _, check := range t.Checks {
			words = append(words, strconv.Quote(check))
		}
	case Range, Multirange:
		words = append(words, t.Elem)
	}
	return words
}
