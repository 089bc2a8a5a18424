package contract

import (
	"maps"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// Override sets the level of a rule, as the manifest says.
type Override struct {
	Pos    diag.Pos
	Rule   string // "BRK063"
	Level  Level
	Reason string // required: why this change is another matter here
	Method string // name of the only method that it holds for, or "" for all changes
}

// Apply returns the changes with the levels that the overrides set, and what is
// wrong with the overrides: an unknown rule or no reason is an error, and such an
// override sets nothing; one that no change needs is a warning. An override for a
// method goes before one for all, a later one before an earlier one.
func Apply(changes []Change, overrides []Override) ([]Change, diag.List) {
	out := slices.Clone(changes)
	var problems diag.List
	overrides = usable(overrides, &problems)
	used := make([]bool, len(overrides))
	for i := range out {
		chosen := -1
		for j := range overrides {
			if !overrides[j].covers(&out[i]) {
				continue
			}
			used[j] = true
			if chosen < 0 || overrides[j].Method != "" || overrides[chosen].Method == "" {
				chosen = j
			}
		}
		if chosen >= 0 {
			out[i].Level, out[i].Reason = overrides[chosen].Level, overrides[chosen].Reason
		}
	}
	for j := range overrides {
		if !used[j] {
			problems.Warnf("OVR001", overrides[j].Pos, "the override of %s%s is not needed: there is no such change",
				overrides[j].Rule, overrides[j].of()).Hintf("remove it, so that it does not excuse a later change")
		}
	}
	problems.Sort()
	return out, problems
}

// usable reports the overrides that say too little, and returns the others.
func usable(all []Override, problems *diag.List) []Override {
	var out []Override
	for _, o := range all {
		_, known := RuleOf(o.Rule)
		switch {
		case !known:
			d := problems.Errorf("OVR002", o.Pos, "there is no rule %q to override", o.Rule)
			d.Hintf("`spgen explain BRK001` and following list the rules")
			if hint := diag.DidYouMean(o.Rule, codes()); hint != "" {
				d.Hint = hint
			}
		case strings.TrimSpace(o.Reason) == "":
			problems.Errorf("OVR003", o.Pos, "the override of %s%s has no reason", o.Rule, o.of()).
				Hintf("reason: why clients do not mind")
		default:
			out = append(out, o)
		}
	}
	return out
}

func codes() []string {
	byCode := map[string]bool{}
	for _, r := range allRules {
		byCode[r.Code] = true
	}
	return slices.Sorted(maps.Keys(byCode))
}

func (o *Override) covers(c *Change) bool {
	return o.Rule == c.Rule && (o.Method == "" || o.Method == c.Method)
}

// of is " of SignUp", or nothing.
func (o *Override) of() string {
	if o.Method == "" {
		return ""
	}
	return " of " + o.Method
}
