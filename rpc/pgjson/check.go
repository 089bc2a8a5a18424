package pgjson

import (
	"regexp"
	"sync"
)

// CheckKind says what a [Check] looks at.
type CheckKind uint8

// The kinds of checks. Each is for the base types that it names; on others it
// is left to the database.
const (
	CheckLength  CheckKind = iota // Min and Max bound the characters of a text
	CheckOctets                   // Min and Max bound the bytes of a text or bytea
	CheckPattern                  // a text matches Pattern somewhere, as with PostgreSQL's ~
	CheckRange                    // Min and Max bound an integer, float or numeric
	CheckList                     // a text, a label or a number is one of List
)

// Check is a rule of a domain that the Encoder applies before the database
// does, so that all that is wrong with a call is found at once. It must not be
// stricter than the rule that it stands for; that of a type with another
// equality than by characters, such as citext, is better left out.
type Check struct {
	Kind     CheckKind
	Min, Max string   // decimals; "" is no bound
	MinOpen  bool     // Min itself is excluded
	MaxOpen  bool     // Max itself is excluded
	Pattern  string   // a regular expression of Go's package regexp
	List     []string // texts, labels or decimals
	Not      bool     // CheckPattern, CheckList: the reverse

	compiled compiledPattern
}

// compiledPattern is compiled when it is first needed.
type compiledPattern struct {
	once sync.Once
	re   *regexp.Regexp
	err  error
}

func (c *Check) pattern() (*regexp.Regexp, error) {
	c.compiled.once.Do(func() { c.compiled.re, c.compiled.err = regexp.Compile(c.Pattern) })
	return c.compiled.re, c.compiled.err
}

// checkReasons gives the reason of the fault of a check that fails.
var checkReasons = [...]string{
	CheckLength: reasonOutOfRange, CheckOctets: reasonOutOfRange, CheckRange: reasonOutOfRange,
	CheckPattern: reasonInvalid, CheckList: reasonInvalid,
}

// message says the rule in words.
func (c *Check) message() string {
	switch {
	case c.Kind == CheckPattern && c.Not:
		return "want a text that does not match " + c.Pattern
	case c.Kind == CheckPattern:
		return "want a text that matches " + c.Pattern
	case c.Kind == CheckList && c.Not:
		return labelsMessage("want none of ", c.List)
	case c.Kind == CheckList:
		return labelsMessage("want one of ", c.List)
	}
	return "want " + c.boundsMessage() + checkUnits[c.Kind]
}

var checkUnits = [...]string{CheckLength: " characters", CheckOctets: " bytes", CheckRange: ""}

// boundsMessage says "at least 3 and less than 20".
func (c *Check) boundsMessage() string {
	low, high := "", ""
	if c.Min != "" {
		low = choose(c.MinOpen, "more than ", "at least ") + c.Min
	}
	if c.Max != "" {
		high = choose(c.MaxOpen, "less than ", "at most ") + c.Max
	}
	switch {
	case low == "" || high == "":
		return low + high
	case c.Min == c.Max:
		return "exactly " + c.Min
	}
	return low + " and " + high
}

func choose(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}
