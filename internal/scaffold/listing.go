package scaffold

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/alloc"
	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// Listing is what a manifest says of the routines that a database has.
type Listing struct {
	Entries []Entry   // by ID
	Ignored []Ignored // by identity
	Service string    // the only service
	IDs     string    // "10000-19999"
	Naming  string    // members of the manifest's `naming`, or ""
	UserID  string    // type of the session's key user_id; "" without a session

	functionPrefix, argumentPrefix string
	schema                         string
}

// Entry is a routine that becomes a method.
type Entry struct {
	ID       uint32
	Name     string
	Identity string
	Access   Access
	Fill     []string // arguments that session.user_id fills
	Client   []string // arguments called like it that the client sends
}

// Ignored is a routine that does not become a method.
type Ignored struct {
	Identity string
	Pattern  string // for the manifest's `ignore`
	Reason   string
}

// String is one line: what the routine is, and why it is left out.
func (i Ignored) String() string { return oneLine(i.Identity) + ": " + i.Reason }

const (
	firstID   = 10000
	rangeSize = 10000
)

// List lets alloc give each routine of cat that can be a method an ID and a name,
// and says why others cannot. No routine is in both lists, and all are in one.
func List(cat *catalog.Catalog, access Access) (*Listing, error) {
	ranges := max(1, (len(cat.Routines)+rangeSize-1)/rangeSize)
	l := &Listing{
		Service: serviceName(cat.Schema), schema: cat.Schema,
		IDs: fmt.Sprintf("%d-%d", firstID, firstID+rangeSize*ranges-1),
	}
	l.prefixes(cat.Routines)
	if access == Session {
		l.UserID = l.userIDType(cat.Routines)
	}
	l.skip(cat)
	// What the model refuses is left out, until it refuses nothing more.
	for range len(cat.Routines) + 1 {
		plan, err := alloc.Make(cat, manifest.FileName, l.base(), alloc.Request{Access: string(access)})
		if err != nil {
			return nil, fmt.Errorf("list the functions: %w", err)
		}
		l.take(cat, plan.Added, access)
		if _, found := ir.Build(cat, l.manifest()); !l.refuse(cat, found) {
			break
		}
	}
	slices.SortFunc(l.Ignored, func(x, y Ignored) int { return cmp.Compare(x.Identity, y.Identity) })
	return l, nil
}

// base is the manifest without methods.
func (l *Listing) base() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "version: 1\nschema: %s\nnaming: {%s}\nservices:\n  - {name: %s, ids: %s}\n",
		yamlText(l.schema), l.Naming, yamlText(l.Service), l.IDs)
	if l.UserID != "" {
		fmt.Fprintf(&b, "session: {%s: %s}\n", userID, l.UserID)
	}
	b.WriteString("methods: []\nignore:")
	if len(l.Ignored) == 0 {
		b.WriteString(" []")
	}
	b.WriteByte('\n')
	for _, i := range l.Ignored {
		fmt.Fprintf(&b, "  - %s\n", yamlPattern(i.Pattern))
	}
	return b.Bytes()
}

// skip leaves out the routines of which the model says that they can be no method.
func (l *Listing) skip(cat *catalog.Catalog) {
	_, found := ir.Build(cat, l.manifest())
	seen := map[string]bool{}
	for _, d := range found {
		if d.Severity != diag.Error && strings.HasPrefix(d.Code, "SIG") && !seen[d.Subject] {
			l.ignore(cat, d.Subject, d.Message)
			seen[d.Subject] = true
		}
	}
	for i := range cat.Routines {
		if r := &cat.Routines[i]; !printable(r.Identity) && !seen[r.Identity] {
			l.ignore(cat, r.Identity, "its name has characters that cannot be printed")
		}
	}
}

// ignore leaves out a routine because of a diagnostic's message.
func (l *Listing) ignore(cat *catalog.Catalog, identity, message string) {
	reason := strings.TrimPrefix(strings.TrimPrefix(message, identity), " is skipped")
	l.Ignored = append(l.Ignored, Ignored{
		Identity: identity, Pattern: pattern(cat, identity), Reason: oneLine(strings.TrimPrefix(reason, ": ")),
	})
}

// take makes entries of what was allocated. An argument called user_id that no
// session fills is the client's.
func (l *Listing) take(cat *catalog.Catalog, added []alloc.Entry, access Access) {
	l.Entries = nil
	for _, a := range added {
		e := Entry{ID: a.ID, Name: a.Name, Identity: a.Function, Access: access}
		for _, f := range a.Fill {
			e.Fill = append(e.Fill, f.Argument)
		}
		if r, ok := cat.Find(a.Function); ok && l.UserID != "" {
			for _, arg := range r.Args {
				if l.isUserID(arg) && !slices.Contains(e.Fill, arg.Name) {
					e.Client = append(e.Client, arg.Name)
				}
			}
		}
		l.Entries = append(l.Entries, e)
	}
}

// refuse leaves out the entries that have errors, and reports whether any had.
func (l *Listing) refuse(cat *catalog.Catalog, found diag.List) bool {
	refused := map[int]bool{}
	for _, d := range found {
		i := d.Pos.Line - 1
		if d.Severity == diag.Error && i >= 0 && i < len(l.Entries) && !refused[i] {
			l.ignore(cat, l.Entries[i].Identity, d.Message)
			refused[i] = true
		}
	}
	return len(refused) > 0
}

// manifest is the listing as the model reads it. An entry's line is its place in
// the listing, from 1.
func (l *Listing) manifest() *manifest.Manifest {
	m := &manifest.Manifest{
		Version: 1, Schema: l.schema,
		Naming:   manifest.Naming{FunctionPrefix: l.functionPrefix, ArgumentPrefix: l.argumentPrefix},
		Services: []manifest.Service{{Name: l.Service, First: firstID, Last: 1<<31 - 1}},
	}
	if l.UserID != "" {
		m.Session = []manifest.SessionKey{{Name: userID, Type: l.UserID}}
	}
	for i, e := range l.Entries {
		pos := diag.Pos{File: manifest.FileName, Line: i + 1}
		method := manifest.Method{
			Pos: pos, IDPos: pos, NamePos: pos, FunctionPos: pos, AccessPos: pos,
			ID: e.ID, Name: e.Name, Function: e.Identity, Client: e.Client,
			Access: manifest.Access{Set: true, Public: e.Access == Public},
		}
		for _, argument := range e.Fill {
			method.Fill = append(method.Fill, manifest.Fill{Pos: pos, SourcePos: pos, Argument: argument, Source: "session." + userID})
		}
		m.Methods = append(m.Methods, method)
	}
	return m
}

// Line is the entry as a line of the manifest.
func (e Entry) Line() string {
	line := fmt.Sprintf("{id: %d, name: %s, function: %s, access: %s", e.ID, yamlName(e.Name), yamlText(e.Identity), e.Access)
	if len(e.Fill) > 0 {
		line += ", fill: {" + join(e.Fill, ": session."+userID) + "}"
	}
	if len(e.Client) > 0 {
		line += ", client: [" + join(e.Client, "") + "]"
	}
	return line + "}"
}

// join returns names as YAML, with commas between them and each before suffix.
func join(names []string, suffix string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = yamlText(name) + suffix
	}
	return strings.Join(all, ", ")
}
