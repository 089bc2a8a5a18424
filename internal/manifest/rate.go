package manifest

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Rate is how many calls of a method there may be in each Per. The zero Rate is
// any number.
type Rate struct {
	Calls int
	Per   time.Duration // a second, minute or hour
}

// String returns r as the manifest has it, "" for the zero Rate.
func (r Rate) String() string {
	for unit, per := range rateUnits {
		if per == r.Per {
			return fmt.Sprintf("%d/%s", r.Calls, unit)
		}
	}
	return ""
}

var rateUnits = map[string]time.Duration{"s": time.Second, "min": time.Minute, "h": time.Hour}

// mostCalls is more than any server answers in a second.
const mostCalls = 1_000_000

var rateForm = regexp.MustCompile(`^([0-9]+) */ *([a-z]+)$`)

func (d *decoder) rate(e entry) Rate {
	s := d.verbatim(e)
	if s == "" {
		return Rate{}
	}
	m := rateForm.FindStringSubmatch(s)
	if m == nil || rateUnits[m[2]] == 0 {
		d.list.Errorf("MAN044", e.value.pos, "`%s` is not a rate", s).
			Hintf("write calls in a second, minute or hour: 5/s, 100/min, 1000/h")
		return Rate{}
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 1 || n > mostCalls {
		d.list.Errorf("MAN044", e.value.pos, "a rate of `%s`; the calls must be from 1 to %d", s, mostCalls).
			Hintf("leave the key out for no rate of its own")
		return Rate{}
	}
	return Rate{Calls: n, Per: rateUnits[m[2]]}
}
