package alloc

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// draft is a function that gets a method.
type draft struct {
	routine *catalog.Routine
	fill    []manifest.Fill
	service string
	access  manifest.Access
	why     []string
}

// fills are the arguments that the session gives: those of a key's name and type.
func (p *planner) fills(r *catalog.Routine) []manifest.Fill {
	var fills []manifest.Fill
	for _, a := range r.Args {
		name := strings.TrimPrefix(a.Name, p.manifest.Naming.ArgumentPrefix)
		for _, k := range p.model.Session {
			if a.IsInput() && k.Name == name && k.Type.Name == a.Type {
				fills = append(fills, manifest.Fill{Argument: a.Name, Source: "session." + k.Name})
			}
		}
	}
	return fills
}

func filled(fills []manifest.Fill, argument string) bool {
	return slices.ContainsFunc(fills, func(f manifest.Fill) bool { return f.Argument == argument })
}

// choose gives drafts their services and their access.
func (p *planner) choose(drafts []draft) error {
	if err := p.chooseServices(drafts); err != nil {
		return err
	}
	access, why := p.request.Access, ""
	if access == "" && p.request.Ask == nil {
		if len(p.manifest.Session) == 0 {
			return choice("--access public, or declare what a session holds in the manifest: `session: {user_id: bigint}`",
				"say who may call %s: without `session` in the manifest, methods can only be public", functions(drafts))
		}
		access, why = "session", "access session: any client with a session, since --access was not given"
	}
	last := "session"
	for i := range drafts {
		d := &drafts[i]
		text := access
		if text == "" {
			var err error
			if text, err = p.askAccess(d, last); err != nil {
				return err
			}
			last = text
		}
		var err error
		if d.access, err = p.access(text, d); err != nil {
			return err
		}
		if why != "" {
			d.why = append(d.why, why)
		}
	}
	return nil
}

// access reads who may call d.
func (p *planner) access(text string, d *draft) (manifest.Access, error) {
	access := manifest.Access{Set: true, Public: text == "public"}
	if !access.Public && text != "session" {
		var err error
		if access.Roles, err = p.roles(text); err != nil {
			return access, err
		}
	}
	if access.Public && len(d.fill) > 0 {
		return access, choice("--access session, or spgen alloc with the other functions as arguments",
			"%s cannot be public: its argument %s is the session's", d.routine.Identity, d.fill[0].Argument)
	}
	if !access.Public && len(p.manifest.Session) == 0 {
		return access, choice("--access public, or declare it in the manifest: `session: {user_id: bigint, role: text}`",
			"access %s needs a session, and the manifest does not say what one holds", text)
	}
	return access, nil
}

// roles reads a list of roles. A word that is nearly another is a mistake: it
// would keep everybody out.
func (p *planner) roles(text string) ([]string, error) {
	known := []string{"public", "session"}
	for _, m := range p.manifest.Methods {
		for _, role := range m.Access.Roles {
			if !slices.Contains(known, role) {
				known = append(known, role)
			}
		}
	}
	var roles []string
	for role := range strings.SplitSeq(strings.Trim(text, "[]"), ",") {
		role = strings.TrimSpace(role)
		switch {
		case role == "" || slices.Contains(roles, role):
			return nil, choice("", "access %q: write public, session, or roles such as user,admin, each once", text)
		case role == "public" || role == "session":
			return nil, choice("", "access %q: %s is no role; it stands alone", text, role)
		case !slices.Contains(known, role) && diag.Nearest(role, known) != "":
			return nil, choice(diag.DidYouMean(role, known)+" If a new role is called so, write it into the manifest by hand", "access %q: no method is for the role %s", text, role)
		}
		roles = append(roles, role)
	}
	if len(p.manifest.Session) > 0 && !slices.ContainsFunc(p.manifest.Session, func(k manifest.SessionKey) bool { return k.Name == "role" }) {
		return nil, choice("--access session, or add `role: text` to `session` in the manifest",
			"access %q: the session has no key `role`", text)
	}
	return roles, nil
}

func (p *planner) askAccess(d *draft, last string) (string, error) {
	if len(p.manifest.Session) == 0 || last == "public" && len(d.fill) > 0 {
		last = "" // not a good answer
	}
	question := fmt.Sprintf("Who may call %s: public, session, or roles such as user,admin", d.routine.Identity)
	return p.request.Ask(question, last, func(answer string) error {
		if answer == "" {
			return errors.New("write public, session, or roles")
		}
		_, err := p.access(answer, d)
		return err
	})
}

// functions lists what drafts are about, for messages.
func functions(drafts []draft) string {
	names := make([]string, len(drafts))
	for i, d := range drafts {
		names[i] = d.routine.Identity
	}
	const most = 5
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}
