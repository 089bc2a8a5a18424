package scaffold

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	Fill     string   // the argument that session.user_id fills, or ""
	Client   []string // arguments called like it that the client sends
}

// Ignored is a routine that does not become a method.
type Ignored struct {
	Identity string
	Pattern  string // for the manifest's `ignore`
	Code     string // of the diagnostic
	Reason   string
}

// String is one line: what the routine is, and why it is left out.
func (i Ignored) String() string { return oneLine(i.Identity) + ": " + i.Reason }

const (
	firstID   = 10000
	rangeSize = 10000
)

// List gives each routine of cat that can be a method an ID and a name, in the
// order of cat, and says why others cannot. No routine is in both lists, and all
// are in one.
func List(cat *catalog.Catalog, access Access) *Listing {
	l := &Listing{Service: serviceName(cat.Schema), schema: cat.Schema}
	l.prefixes(cat.Routines)
	if access == Session {
		l.UserID = l.userIDType(cat.Routines)
	}
	for i := range cat.Routines {
		l.Entries = append(l.Entries, l.entry(&cat.Routines[i], access))
	}
	l.settle(cat)
	slices.SortFunc(l.Ignored, func(x, y Ignored) int { return cmp.Compare(x.Identity, y.Identity) })
	last := firstID + rangeSize*max(1, (len(l.Entries)+rangeSize-1)/rangeSize) - 1
	l.IDs = fmt.Sprintf("%d-%d", firstID, last)
	return l
}

// settle leaves out what the model refuses and renames what clashes, until it
// refuses nothing more. Each round mends an entry, so the rounds end.
func (l *Listing) settle(cat *catalog.Catalog) {
	for range 2*len(l.Entries) + 1 {
		l.number()
		_, found := ir.Build(cat, l.manifest())
		if !l.mend(cat, found) {
			return
		}
	}
}

// number gives every entry its ID and a name that no other has.
func (l *Listing) number() {
	taken := map[string]bool{}
	for i := range l.Entries {
		e := &l.Entries[i]
		e.ID = uint32(firstID + i) // #nosec G115 -- a catalog has fewer routines
		base := e.Name
		for n := 2; taken[e.Name]; n++ {
			e.Name = fmt.Sprintf("%s%d", base[:min(len(base), maxMethodName-6)], n)
		}
		taken[e.Name] = true
	}
}

// clash is the code of names that are the same in Go. It concerns a method's own
// name when it is not confined to the routine.
const clash = "SIG005"

// mend answers the errors that concern entries, and reports whether there were any.
func (l *Listing) mend(cat *catalog.Catalog, found diag.List) bool {
	reasons := map[int]diag.Diagnostic{}
	for _, d := range found {
		i := d.Pos.Line - 1
		if d.Severity != diag.Error || i < 0 || i >= len(l.Entries) {
			continue
		}
		if _, again := reasons[i]; !again {
			reasons[i] = d
		}
	}
	var kept []Entry
	for i, e := range l.Entries {
		d, wrong := reasons[i]
		switch {
		case wrong && d.Code == clash && !d.Confined:
			e.Name = e.Name[:min(len(e.Name), maxMethodName-6)] + "Method"
		case wrong:
			l.Ignored = append(l.Ignored, Ignored{
				Identity: e.Identity, Pattern: pattern(cat, e.Identity), Code: d.Code,
				Reason: oneLine(strings.TrimPrefix(d.Message, e.Identity+": ")),
			})
			continue
		}
		kept = append(kept, e)
	}
	l.Entries = kept
	return len(reasons) > 0
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
		if e.Fill != "" {
			method.Fill = []manifest.Fill{{Pos: pos, SourcePos: pos, Argument: e.Fill, Source: "session." + userID}}
		}
		m.Methods = append(m.Methods, method)
	}
	return m
}

// Line is the entry as a line of the manifest.
func (e Entry) Line() string {
	line := fmt.Sprintf("{id: %d, name: %s, function: %s, access: %s", e.ID, e.Name, yamlText(e.Identity), e.Access)
	if e.Fill != "" {
		line += ", fill: {" + yamlText(e.Fill) + ": session." + userID + "}"
	}
	if len(e.Client) > 0 {
		names := make([]string, len(e.Client))
		for i, name := range e.Client {
			names[i] = yamlText(name)
		}
		line += ", client: [" + strings.Join(names, ", ") + "]"
	}
	return line + "}"
}
