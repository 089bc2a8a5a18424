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
	"performance":   {"CHK003", diag.Note},
	"compatibility": {"CHK004", diag.Note},
	"security":      {"SEC004", diag.Warning},
}

// marked is what plpgsql_check says of volatility.
var marked = regexp.MustCompile(`^routine is marked as (\w+), should be (\w+)$`)

// refused is what it says of a fault that BEH001 is about, too.
const refused = "is not allowed in a non volatile function"

// bodyFindings takes over what plpgsql_check says of r, but for what lint's own
// rules have said already.
func (r *routine) bodyFindings(own []Finding) {
	for _, f := range r.bodies[r.Identity] {
		c, ok := classes[f.Level]
		if !ok {
			c = class{"CHK002", diag.Warning}
		}
		fix := ""
		if m := marked.FindStringSubmatch(f.Message); m != nil {
			c, fix = r.marked(m[1], m[2], f.Detail)
		}
		if said(own, c.code, r.Identity, f.Line) || strings.HasSuffix(f.Message, refused) && said(own, "BEH001", r.Identity, 0) {
			continue
		}
		r.bodyFinding(c, f, fix)
	}
}

// marked judges what plpgsql_check says of volatility. The server treats STABLE and
// IMMUTABLE alike, and the second is a promise that is easily broken. What dynamic
// SQL does is not known, and a function without a result is there for what it does.
func (r *routine) marked(is, should, detail string) (class, string) {
	if should == "IMMUTABLE" {
		should = "STABLE"
	}
	if r.Kind != catalog.Function || is == should || detail != "" || r.Return == "void" && is == "VOLATILE" {
		return class{"BEH001", diag.Note}, ""
	}
	return class{"BEH001", diag.Warning}, "alter " + r.sql() + " " + strings.ToLower(should) + ";"
}

func (r *routine) bodyFinding(c class, f catalog.BodyFinding, fix string) {
	message, hint := "plpgsql_check: "+strings.TrimSuffix(f.Message, "."), f.Hint
	if f.Detail != "" {
		message += ": " + strings.TrimSuffix(f.Detail, ".")
	}
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
