package alloc

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// chooseServices gives drafts the services that are named, obvious or asked for.
func (p *planner) chooseServices(drafts []draft) error {
	names := p.services()
	if len(names) == 0 {
		return choice("add `services:` and `  - {name: api, ids: 10000-19999}`", "%s has no service, whose range new IDs come from", p.plan.Path)
	}
	if s := p.request.Service; s != "" && !slices.Contains(names, s) {
		return choice(otherService(s, names), "--service %s: there is no such service", s)
	}
	var open []draft
	last := ""
	for i := range drafts {
		d := &drafts[i]
		guess, why := p.guess(d)
		switch {
		case p.request.Service != "":
			d.service = p.request.Service
		case len(names) == 1:
			d.service = names[0]
		case p.request.Ask != nil:
			if guess != "" {
				last = guess
			}
			answer, err := p.askService(d, names, last)
			if err != nil {
				return err
			}
			d.service, last = answer, answer
		case guess != "":
			d.service, d.why = guess, append(d.why, "service "+guess+": "+why)
		default:
			open = append(open, *d)
		}
	}
	if len(open) > 0 {
		return choice("--service "+strings.Join(names, ", or --service ")+"; functions can be given as arguments",
			"say to which service %s %s", functions(open), map[bool]string{true: "belongs", false: "belong"}[len(open) == 1])
	}
	return nil
}

func (p *planner) services() []string {
	var names []string
	for _, s := range p.manifest.Services {
		names = append(names, s.Name)
	}
	return names
}

func otherService(name string, names []string) string {
	if near := diag.DidYouMean(name, names); near != "" {
		return near
	}
	return "services are " + strings.Join(names, ", ")
}

func (p *planner) askService(d *draft, names []string, last string) (string, error) {
	question := fmt.Sprintf("Service of %s: %s", d.routine.Identity, strings.Join(names, ", "))
	return p.request.Ask(question, last, func(answer string) error {
		if !slices.Contains(names, answer) {
			return choice(otherService(answer, names), "there is no service %q", answer)
		}
		return nil
	})
}

// guess returns the service that a function obviously belongs to, and why: the
// one that its name begins with, or the only one whose methods are called like
// what follows its verb.
func (p *planner) guess(d *draft) (service, why string) {
	words := strings.Split(strings.TrimPrefix(d.routine.Name, p.manifest.Naming.FunctionPrefix), "_")
	if i := slices.Index(p.services(), words[0]); i >= 0 {
		return words[0], "its name begins so"
	}
	byService := map[string][]string{} // the words that tell, by service
	for _, m := range p.manifest.Methods {
		s, _ := p.manifest.Service(m.ID)
		for _, w := range words[1:] {
			if len(w) > 2 && slices.Contains(nouns(m), stem(w)) && !slices.Contains(byService[s.Name], w) {
				byService[s.Name] = append(byService[s.Name], w)
			}
		}
	}
	if len(byService) != 1 {
		return "", ""
	}
	for name, told := range byService {
		service, why = name, "its methods are about `"+strings.Join(told, "`, `")+"`, those of others are not"
	}
	return service, why
}

// nouns are the words of a method's name after the first.
func nouns(m manifest.Method) []string {
	var all []string
	start := 0
	for i, r := range m.Name {
		if i > 0 && unicode.IsUpper(r) {
			all = append(all, stem(m.Name[start:i]))
			start = i
		}
	}
	if all == nil {
		return nil
	}
	return append(all, stem(m.Name[start:]))[1:]
}

// stem is a word in small letters, without an "s" at its end.
func stem(word string) string { return strings.TrimSuffix(strings.ToLower(word), "s") }
