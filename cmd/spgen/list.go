package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

type list struct {
	reading
	offline bool
}

// listed is one method in a list.
type listed struct {
	ID         uint32 `json:"id"`
	Name       string `json:"name"`
	Service    string `json:"service"`
	Function   string `json:"function"`
	Access     any    `json:"access"`
	Effect     string `json:"effect,omitempty"` // reads or writes; none when that is not known
	Session    string `json:"session,omitempty"`
	Deprecated string `json:"deprecated,omitempty"`

	access string
}

func newList(env environment) *cobra.Command {
	l := &list{reading: reading{env: env}}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the methods",
		Long: `List the methods of the manifest by ID: the function of each, who may call it, and
whether it only reads, which the database knows. --offline leaves that out.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.run(cmd.Context()) },
	}
	l.register(cmd)
	cmd.Flags().BoolVar(&l.asJSON, "json", false, "as JSON")
	cmd.Flags().BoolVar(&l.offline, "offline", false, "from the manifest alone, without a database")
	return cmd
}

func (l *list) run(ctx context.Context) error {
	if err := l.complete(l.env.getenv); err != nil {
		return err
	}
	m, err := l.manifest()
	if err != nil {
		return err
	}
	model := &ir.Model{}
	if !l.offline {
		if model, err = l.model(ctx, m); err != nil {
			return err
		}
	}
	rows := listing(m, model)
	if l.asJSON {
		return writeJSON(l.env.stdout, rows)
	}
	return writeTable(l.env.stdout, rows, !l.offline)
}

// listing is the methods by ID.
func listing(m *manifest.Manifest, model *ir.Model) []listed {
	rows := make([]listed, 0, len(m.Methods))
	for _, x := range m.Methods {
		service, _ := m.Service(x.ID)
		row := listed{
			ID: x.ID, Name: x.Name, Service: service.Name, Function: x.Function, Session: x.Session, Deprecated: x.Deprecated,
			Access: accessJSON(x.Access.Public, x.Access.Roles), access: accessText(x.Access.Public, x.Access.Roles),
		}
		if known := methodOf(model, x.ID); known != nil {
			row.Effect, row.Function, row.Deprecated = effect(known), known.Identity, known.Deprecated
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b listed) int { return cmp.Compare(a.ID, b.ID) })
	return rows
}

func writeTable(w io.Writer, rows []listed, effects bool) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, "no methods: `spgen alloc` gives functions their IDs")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		line := fmt.Sprintf("%d\t%s\t%s\t%s", r.ID, r.Name, r.Function, r.access)
		if effects {
			line += "\t" + cmp.Or(r.Effect, "?")
		}
		if r.Deprecated != "" {
			line += "\tdeprecated"
		}
		fmt.Fprintln(table, line) //nolint:errcheck // Flush says it
	}
	return table.Flush()
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
