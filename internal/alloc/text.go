package alloc

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/spgen/spgen/internal/manifest"
)

// Diff returns the change of the manifest as a unified diff.
func (p *Plan) Diff() []byte {
	return diff.Diff("a/"+p.Path, p.Before, "b/"+p.Path, p.After)
}

// Text says what was, or with dry will be, done and what is left to decide.
func (p *Plan) Text(dry bool) []byte {
	var out bytes.Buffer
	p.added(&out, dry)
	for _, m := range p.Retired {
		fmt.Fprintf(&out, "%s %s (%d), which was %s: %s\n", verb(dry, "retired", "would retire"), m.Name, m.ID, m.Function, breaks(m))
	}
	for _, r := range p.Repointed {
		fmt.Fprintf(&out, "%s %s (%d) from %s to %s: the ID means another signature now, and clients of the old one may fail\n",
			verb(dry, "moved", "would move"), r.Name, r.ID, r.Function, r.To)
	}
	for _, g := range p.Gone {
		g.text(&out)
	}
	if len(p.Left) > 0 {
		fmt.Fprintf(&out, "left without a method: %s\n", strings.Join(p.Left, ", "))
	}
	if p.Empty() && len(p.Gone)+len(p.Left) == 0 {
		out.WriteString("nothing to do: every function has a method\n")
	}
	return out.Bytes()
}

func verb(dry bool, done, would string) string {
	if dry {
		return would
	}
	return done
}

// added lists the new methods, and then what was decided, once each.
func (p *Plan) added(out *bytes.Buffer, dry bool) {
	if len(p.Added) == 0 {
		return
	}
	fmt.Fprintf(out, "%s to %s:\n", verb(dry, "added", "would add"), p.Path)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, e := range p.Added {
		cells := []string{fmt.Sprint("  ", e.ID), e.Name, e.Function, "access " + access(e.Method)}
		if len(e.Fill) > 0 {
			cells = append(cells, "fill "+fills(e.Method))
		}
		fmt.Fprintln(table, strings.Join(cells, "\t")) //nolint:errcheck // a buffer
	}
	_ = table.Flush() // into a buffer
	var said []string
	for _, e := range p.Added {
		for _, why := range e.Why {
			if strings.HasPrefix(why, "service ") {
				why = e.Name + ": " + why
			}
			said = append(said, why)
		}
	}
	for i, line := range said {
		if !slices.Contains(said[:i], line) {
			fmt.Fprintf(out, "  %s\n", line)
		}
	}
}

func access(m manifest.Method) string {
	switch {
	case m.Access.Public:
		return "public"
	case len(m.Access.Roles) == 0:
		return "session"
	}
	return "[" + strings.Join(m.Access.Roles, ", ") + "]"
}

func fills(m manifest.Method) string {
	texts := make([]string, len(m.Fill))
	for i, f := range m.Fill {
		texts[i] = f.Argument + ": " + f.Source
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

// breaks says who notices that m is gone.
func breaks(m manifest.Method) string {
	s := fmt.Sprintf("clients that call %d or `%s` get method_not_found", m.ID, m.Name)
	if m.Since != "" {
		s += "; it is there since " + m.Since
	}
	return s
}

func (g Gone) text(out *bytes.Buffer) {
	fmt.Fprintf(out, "%s (%d): the database has no %s\n", g.Name, g.ID, g.Function)
	if len(g.Heirs) == 0 {
		fmt.Fprintf(out, "  spgen alloc --retire %s: %s\n", g.Name, breaks(g.Method))
		return
	}
	for _, heir := range g.Heirs {
		fmt.Fprintf(out, "  spgen alloc --repoint '%s=%s': the ID means this signature then, and clients of the old one may fail\n", g.Name, heir)
	}
	fmt.Fprintf(out, "  spgen alloc --retire %s: the new one gets another ID; %s\n", g.Name, breaks(g.Method))
}
