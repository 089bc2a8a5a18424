package contract

import "strconv"

// Change is one difference between two contracts.
type Change struct {
	Rule    string // code of the rule that judged it: "BRK020"
	Level   Level  // of the rule, unless an override set another
	ID      uint32 // of the method; 0 for what belongs to none
	Method  string // its name, the new one if it was renamed
	Type    string // the type, for a change inside one
	Path    string // "params.email", "result.created_at", "types.app.mood", "errors.username_taken"
	Old     string // what was, in a few words or SQL; "" if it was not
	New     string // what is; "" if it is no more
	Message string // one sentence, no final stop
	Who     string // which clients notice
	Instead string // what to do to avoid it: a command, SQL or a line of the manifest; "" if there is nothing to avoid
	Reason  string // of the override that set the level, or ""

	// Methods are those of the old contract that send or answer Type.
	Methods []string
}

// Subject says what c belongs to: "SignUp", "types.app.mood", "errors".
func (c *Change) Subject() string {
	switch {
	case c.Method != "":
		return c.Method
	case c.Type != "":
		return "types." + c.Type
	}
	return c.Path
}

// place is what a change belongs to.
type place struct {
	id       uint32
	method   string
	function string
	kind     string // "function" or "procedure"
	typ      string
	path     string
	users    []string
}

// in returns a place below p: "params.email" for in("email") of "params".
func (p place) in(member string) place {
	p.path += "." + member
	return p
}

// at returns a place of the same method or type.
func (p place) at(path string) place {
	p.path = path
	return p
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func code(n int32) string { return strconv.Itoa(int(n)) }
