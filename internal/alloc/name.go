package alloc

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

const (
	longestName = 64 // of a method
	mostNamed   = 3  // arguments that a name lists
)

var methodName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)

// namer gives method names that nothing else has.
type namer struct {
	naming  manifest.Naming
	owners  map[string]string // who has a name
	blocked map[string]bool   // names whose Go names clash
}

func newNamer(m *manifest.Manifest, blocked map[string]bool) *namer {
	n := &namer{naming: m.Naming, owners: map[string]string{}, blocked: blocked}
	for _, x := range m.Methods {
		n.owners[x.Name] = x.Function
	}
	for _, r := range m.Retired {
		n.owners[r.Name] = "the retired method " + strconv.FormatUint(uint64(r.ID), 10)
	}
	return n
}

// name returns the method name for a function, and what to say about it.
func (n *namer) name(d draft) (name string, why []string) {
	r := d.routine
	plain := ir.GoName(strings.TrimPrefix(r.Name, n.naming.FunctionPrefix))
	base := valid(plain)
	if base != plain {
		why = append(why, fmt.Sprintf("name %s: a method name has at most %d ASCII letters and digits", base, longestName))
	}
	name = base
	if !n.free(name) {
		name = n.other(base, d)
		why = append(why, fmt.Sprintf("name %s: %s", name, n.reason(base)))
	}
	n.owners[name] = r.Identity
	return name, why
}

func (n *namer) free(name string) bool {
	return methodName.MatchString(name) && n.owners[name] == "" && !n.blocked[name]
}

func (n *namer) reason(base string) string {
	if owner := n.owners[base]; owner != "" {
		return base + " is the name of " + owner
	}
	return base + " would clash with another name in Go"
}

// other returns another name than base: with its arguments, or a number.
func (n *namer) other(base string, d draft) string {
	by := base + "By"
	args := d.sent()
	for _, a := range args {
		by += ir.GoName(strings.TrimPrefix(a.Name, n.naming.ArgumentPrefix))
	}
	if len(args) > 0 && len(args) <= mostNamed && n.free(by) {
		return by
	}
	for i := 2; ; i++ {
		number := strconv.Itoa(i)
		if name := base[:min(len(base), longestName-len(number))] + number; n.free(name) {
			return name
		}
	}
}

// valid makes a Go name a method name.
func valid(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		return -1
	}, name)
	ascii = ascii[:min(len(ascii), longestName)]
	if !methodName.MatchString(ascii) {
		ascii = "Method" + ascii[:min(len(ascii), longestName-len("Method"))]
	}
	return ascii
}

// sent are the arguments that clients give.
func (d draft) sent() []catalog.Arg {
	var sent []catalog.Arg
	for _, a := range d.routine.Args {
		if a.IsInput() && !filled(d.fill, a.Name) {
			sent = append(sent, a)
		}
	}
	return sent
}

// named finds the methods that a finding about Go names is about.
var named = regexp.MustCompile(`\bmethod ([A-Za-z0-9]+)`)

// clashes returns the methods whose Go names clash, according to findings that
// were not there before.
func clashes(found, before diag.List) []string {
	known := map[string]bool{}
	for _, d := range before {
		known[d.Message] = true
	}
	var names []string
	for _, d := range found {
		if d.Code != "SIG005" || known[d.Message] {
			continue
		}
		for _, m := range named.FindAllStringSubmatch(d.Message, -1) {
			names = append(names, m[1])
		}
	}
	return names
}
