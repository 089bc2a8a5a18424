package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// class is what a level of plpgsql_check is here.
type class struct {
	code     string
	severity diag.Severity
}

var classes = map[string]class{
	"error":         {"CHK001", diag.Error},
	"warning":       {"CHK002", diag.Warning},
	"warning extra": {"CHK002", diag.Warning},
	"performance":   {"CHK003", diag.Warning},
	"compatibility": {"CHK004", diag.Note},
	"security":      {"SEC004", diag.Warning},
}

// marked is what plpgsql_check says of volatility.
var marked = regexp.MustCompile(`^routine is marked as (\w+), should be (\w+)$`)

// bodyFindings takes over what plpgsql_check says of r, but for what lint's own
// rules have said already.
func (r *routine) bodyFindings(own []Finding) {
	for _, f := range r.bodies[r.Identity] {
		c, ok := classes[f.Level]
		if !ok {
			c = class{"CHK002", diag.Warning}
		}
		hint := f.Hint
		fix := ""
		if m := marked.FindStringSubmatch(f.Message); m != nil {
			c.code, fix = "BEH001", "alter "+r.sql()+" "+lower(m[2])+";"
		}
		if said(own, c.code, r.Identity, f.Line) {
			continue
		}
		message := f.Message
		if f.Detail != "" {
			message += ": " + f.Detail
		}
		r.bodyFinding(c, f, message, fix, hint)
	}
}

func (r *routine) bodyFinding(c class, f catalog.BodyFinding, message, fix, hint string) {
	message = "plpgsql_check: " + strings.TrimSuffix(message, ".")
	if f.Line < 1 {
		r.report(c.code, c.severity, f.Message, message, fix, hint)
		return
	}
	r.reportAt(c.code, c.severity, lineStart(r.Body, f.Line), f.Message, message, fix, hint)
}

// said reports whether own has such a finding: of volatility there is one in a
// routine, of dynamic SQL one in a line.
func said(own []Finding, code, identity string, line int) bool {
	return slices.ContainsFunc(own, func(f Finding) bool {
		return f.Code == code && f.Subject == identity && (code == "BEH001" || code == "SEC004" && f.Line == line)
	})
}
