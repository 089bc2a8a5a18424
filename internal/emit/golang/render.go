package golang

import (
	"bytes"
	"go/format"
	"slices"
	"strings"
	"sync"
)

// formatter formats declarations. Both packages hold the same structs, and
// formatting is half of the work: each text is formatted once.
type formatter struct {
	done sync.Map // formatted text by raw text
}

func (f *formatter) format(raw string) (string, error) {
	if done, ok := f.done.Load(raw); ok {
		return done.(string), nil //nolint:forcetypeassert // nothing else is stored
	}
	text, err := format.Source([]byte(raw))
	if err != nil {
		return "", err
	}
	done := string(bytes.TrimSpace(text))
	f.done.Store(raw, done)
	return done, nil
}

// render returns the text of a file; one without declarations is nil.
func (p *pkg) render(s source, format *formatter) ([]byte, error) {
	var (
		head         string
		imports      []string
		declarations strings.Builder
	)
	for i, emit := range s.parts {
		f := p.file()
		f.NoFormat = true
		emit(f)
		var out bytes.Buffer
		if err := f.Render(&out); err != nil {
			return nil, &FormatError{File: s.name, Source: out.Bytes(), Err: err}
		}
		before, specs, raw := p.split(out.String())
		text, err := format.format(raw)
		if err != nil {
			return nil, &FormatError{File: s.name, Source: out.Bytes(), Err: err}
		}
		if i == 0 {
			if head, err = format.format(before); err != nil {
				return nil, &FormatError{File: s.name, Source: out.Bytes(), Err: err}
			}
		}
		imports = append(imports, specs...)
		if text != "" {
			declarations.WriteString("\n" + text + "\n")
		}
	}
	if declarations.Len() == 0 {
		return nil, nil
	}
	return []byte(head + "\n" + importBlock(imports) + declarations.String()), nil
}

// split takes what jennifer rendered apart: everything to the package clause,
// the import specs, and the declarations.
func (p *pkg) split(text string) (head string, imports []string, declarations string) {
	clause := "\npackage " + p.name + "\n"
	before, rest, _ := strings.Cut(text, clause)
	rest = strings.TrimLeft(rest, "\n")
	head = strings.TrimLeft(before, "\n") + clause
	if block, ok := strings.CutPrefix(rest, "import (\n"); ok {
		specs, declarations, _ := strings.Cut(block, "\n)\n")
		return head, strings.Split(specs, "\n"), declarations
	}
	if spec, ok := strings.CutPrefix(rest, "import "); ok {
		spec, declarations, _ := strings.Cut(spec, "\n")
		return head, []string{spec}, declarations
	}
	return head, nil, rest
}

// importBlock is an import declaration, the standard library's packages first.
func importBlock(specs []string) string {
	slices.Sort(specs)
	specs = slices.Compact(specs)
	if len(specs) == 0 {
		return ""
	}
	if len(specs) == 1 {
		return "\nimport " + specs[0] + "\n"
	}
	var standard, others []string
	for _, spec := range specs {
		if domain, _, _ := strings.Cut(spec, "/"); strings.Contains(domain, ".") {
			others = append(others, "\t"+spec)
		} else {
			standard = append(standard, "\t"+spec)
		}
	}
	groups := strings.Join(standard, "\n")
	if len(standard) > 0 && len(others) > 0 {
		groups += "\n\n"
	}
	return "\nimport (\n" + groups + strings.Join(others, "\n") + "\n)\n"
}
