package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spgen/spgen/internal/ir"
)

// apiJSON is what `spgen describe --json` prints.
type apiJSON struct {
	Schema   string        `json:"schema"`
	Services []serviceJSON `json:"services"`
	Session  []valueJSON   `json:"session"`
	Settings []settingJSON `json:"settings"` // of PostgreSQL, that each call makes first
	Errors   []errorJSON   `json:"errors"`
	Methods  int           `json:"methods"`
	Retired  int           `json:"retired"`
}

type settingJSON struct {
	Name   string `json:"name"`
	Source string `json:"source"` // "session.user_id", "client.ip", "client.id"
}

type serviceJSON struct {
	Name    string   `json:"name"`
	First   uint32   `json:"first"`
	Last    uint32   `json:"last"`
	Doc     string   `json:"doc,omitempty"`
	Methods []string `json:"methods"`
}

func (d *describe) api(model *ir.Model) error {
	out := describeAPI(model)
	if d.asJSON {
		return writeJSON(d.env.stdout, out)
	}
	w := tabwriter.NewWriter(d.env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "schema %s: %s, %d retired\n\nservices:\n", out.Schema, count(out.Methods, "method"), out.Retired) //nolint:errcheck // Flush says it
	for _, s := range out.Services {
		fmt.Fprintf(w, "  %s\t%d-%d\t%s\t%s\n", s.Name, s.First, s.Last, count(len(s.Methods), "method"), s.Doc) //nolint:errcheck // Flush says it
	}
	fmt.Fprint(w, "\nsession:\n") //nolint:errcheck // Flush says it
	for _, k := range out.Session {
		fmt.Fprintf(w, "  %s\t%s\n", k.Name, k.Type) //nolint:errcheck // Flush says it
	}
	if len(out.Settings) > 0 {
		fmt.Fprint(w, "\nsettings:\n") //nolint:errcheck // Flush says it
	}
	for _, s := range out.Settings {
		fmt.Fprintf(w, "  %s\tfrom %s\n", s.Name, s.Source) //nolint:errcheck // Flush says it
	}
	fmt.Fprint(w, "\nerrors:\n") //nolint:errcheck // Flush says it
	for _, e := range out.Errors {
		fmt.Fprintf(w, "  %d\t%s\t%s\n", e.Code, e.Name, e.Message) //nolint:errcheck // Flush says it
	}
	return w.Flush()
}

func describeAPI(model *ir.Model) apiJSON {
	out := apiJSON{
		Schema: model.Schema, Methods: len(model.Methods), Retired: len(model.Retired),
		Services: []serviceJSON{}, Session: []valueJSON{}, Settings: []settingJSON{}, Errors: []errorJSON{},
	}
	for _, s := range model.Services {
		service := serviceJSON{Name: s.Name, First: s.First, Last: s.Last, Doc: s.Doc, Methods: []string{}}
		for _, m := range s.Methods {
			service.Methods = append(service.Methods, m.Name)
		}
		out.Services = append(out.Services, service)
	}
	for _, k := range model.Session {
		out.Session = append(out.Session, value(k.Name, k.Type, true, ""))
	}
	for _, s := range model.Settings {
		out.Settings = append(out.Settings, settingJSON{s.Name, s.Source})
	}
	for _, e := range model.Errors {
		out.Errors = append(out.Errors, describeError(e))
	}
	return out
}
