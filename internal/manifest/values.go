package manifest

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spgen/spgen/internal/diag"
)

const (
	firstID    = 1000 // IDs below are the server's own methods
	maxID      = 1<<31 - 1
	maxTimeout = 24 * time.Hour
)

var (
	lowerName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	upperName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)
	idRange   = regexp.MustCompile(`^([0-9]{1,10}) *- *([0-9]{1,10})$`)
	sqlState  = regexp.MustCompile(`^[0-9A-Z]{5}$`)
	protocol  = []string{
		"parse_error", "invalid_request", "method_not_found", "invalid_params", "internal", "unauthenticated",
		"permission_denied", "rate_limited", "overloaded", "deadline_exceeded", "cancelled", "unavailable",
		"outcome_unknown", "conflict", "schema_drift", "constraint_violation", "result_too_large",
		"contract_violation", "raised",
	}
)

func (d *decoder) version(e entry) int {
	if e.value.kind == number && e.value.text == "1" {
		return 1
	}
	if e.value.kind != refused {
		d.list.Errorf("MAN004", e.value.pos, "version is `%s`; this spgen reads version 1", e.value.text).
			Hintf("write `version: 1`, or use the spgen that the manifest was written for")
	}
	return 0
}

func (d *decoder) methodID(e entry) uint32 {
	hint := ""
	if v, ok := decimal(e.value.text); ok && v < firstID {
		hint = "1 to 999 are the server's own methods"
	}
	return d.integer(e, "MAN006", firstID, maxID, hint)
}

func (d *decoder) methodName(e entry) string {
	s := d.text(e)
	if s == "" || upperName.MatchString(s) {
		return s
	}
	fault := d.list.Errorf("MAN014", e.value.pos, "`%s` is not a method name: letters and digits, the first upper-case, at most 64", s)
	if near := camel(s); upperName.MatchString(near) {
		fault.Hintf("write `%s`", near)
	}
	return ""
}

// camel makes send_message or sendMessage SendMessage.
func camel(s string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("_-. ", r) }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func (d *decoder) lowerName(e entry) string {
	s := d.text(e)
	if s == "" || lowerName.MatchString(s) {
		return s
	}
	d.badName(e.value.pos, e.key, s)
	return ""
}

func (d *decoder) badName(pos diag.Pos, what, name string) {
	fault := d.list.Errorf("MAN037", pos, "`%s` is not a %s: lower-case letters, digits and `_`, a letter first, at most 63", name, what)
	if near := strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(name)); lowerName.MatchString(near) {
		fault.Hintf("write `%s`", near)
	}
}

func (d *decoder) errorName(e entry) string {
	s := d.lowerName(e)
	if slices.Contains(protocol, s) {
		d.list.Errorf("MAN037", e.value.pos, "`%s` is an error of the protocol", s).Hintf("choose another name")
		return ""
	}
	return s
}

func (d *decoder) idRange(e entry) (first, last uint32) {
	s := d.verbatim(e)
	if s == "" {
		return 0, 0
	}
	low, high, ok := bounds(s)
	switch {
	case !ok:
		d.list.Errorf("MAN011", e.value.pos, "`%s` is not a range of IDs", s).Hintf("write `ids: 10000-19999`")
	case low < firstID || high > maxID:
		d.list.Errorf("MAN011", e.value.pos, "the range %s is not within %d-%d", s, firstID, maxID).
			Hintf("1 to 999 are the server's own methods")
	case low > high:
		d.list.Errorf("MAN011", e.value.pos, "the range %s is reversed", s).Hintf("write `ids: %d-%d`", high, low)
	default:
		return uint32(low), uint32(high)
	}
	return 0, 0
}

func bounds(s string) (low, high uint64, ok bool) {
	m := idRange.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	low, okLow := decimal(m[1])
	high, okHigh := decimal(m[2])
	return low, high, okLow && okHigh
}

func (d *decoder) sqlState(e entry) string {
	s := d.verbatim(e)
	if s == "" || sqlState.MatchString(s) {
		return s
	}
	d.list.Errorf("MAN033", e.value.pos, "`%s` is not an SQLSTATE: five upper-case letters and digits", s).
		Hintf("such as `SP001`")
	return ""
}

func (d *decoder) duration(e entry) time.Duration {
	s := d.verbatim(e)
	if s == "" {
		return 0
	}
	v, err := time.ParseDuration(s)
	switch {
	case err != nil:
		d.list.Errorf("MAN029", e.value.pos, "`%s` is not a duration", s).Hintf("write a number and a unit: 500ms, 5s, 2m")
	case v <= 0 || v > maxTimeout:
		d.list.Errorf("MAN029", e.value.pos, "a timeout of %s; it must be more than 0 and at most 24h", s).
			Hintf("leave the key out for the server's own timeout")
	case v%time.Millisecond != 0:
		d.list.Errorf("MAN029", e.value.pos, "%s is not a whole number of milliseconds", s).
			Hintf("write `%s`", max(v.Round(time.Millisecond), time.Millisecond))
	default:
		return v
	}
	return 0
}
