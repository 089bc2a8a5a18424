package pgjson

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// checked is a value to which checks are applied.
type checked struct {
	base *Type
	raw  string // its JSON, not null
	bin  []byte // its binary form
}

// check applies the checks of domain and of the domains that it is made from.
func (e *Encoder) check(domain, base *Type, raw string, bin []byte) {
	v := checked{base: base, raw: raw, bin: bin}
	for t := domain; t.Kind == KindDomain; t = t.Elem {
		for i := range t.Checks {
			c := &t.Checks[i]
			ok, err := c.holds(v)
			if err != nil && e.err == nil {
				e.err = fmt.Errorf("check %s: a rule of it cannot be read, run spgen again: %w", t.Name, err)
			}
			if !ok && err == nil && !e.full() {
				e.fault(checkReasons[c.Kind], c.message())
			}
		}
	}
}

// checkFuncs say whether a check holds. It does where it does not apply.
var checkFuncs = [...]func(c *Check, v checked) (bool, error){
	CheckLength:  (*Check).length,
	CheckOctets:  (*Check).octets,
	CheckPattern: (*Check).matches,
	CheckRange:   (*Check).inRange,
	CheckList:    (*Check).listed,
}

func (c *Check) holds(v checked) (bool, error) {
	if int(c.Kind) >= len(checkFuncs) {
		return true, fmt.Errorf("unknown kind %d", c.Kind)
	}
	return checkFuncs[c.Kind](c, v)
}

func (c *Check) length(v checked) (bool, error) {
	if v.base.Kind != KindText {
		return true, nil
	}
	text := v.bin
	if v.base.OID == BPChar.OID { // char_length does not count the padding
		text = bytes.TrimRight(text, " ")
	}
	return c.contains(float64(utf8.RuneCount(text)))
}

func (c *Check) octets(v checked) (bool, error) {
	if v.base.Kind != KindText && v.base.Kind != KindBytea {
		return true, nil
	}
	return c.contains(float64(len(v.bin)))
}

func (c *Check) matches(v checked) (bool, error) {
	if v.base.Kind != KindText {
		return true, nil
	}
	re, err := c.pattern()
	if err != nil {
		return true, err
	}
	return re.Match(v.bin) != c.Not, nil
}

// floatBits gives the size of floating-point kinds.
var floatBits = [kinds]int{KindFloat4: 32, KindFloat8: 64}

// decimalKinds are the kinds whose JSON is an exact number or the text of one.
var decimalKinds = [kinds]bool{KindInt2: true, KindInt4: true, KindInt8: true, KindInt8Number: true, KindOID: true, KindNumeric: true}

func (c *Check) inRange(v checked) (bool, error) {
	if size := floatBits[v.base.Kind]; size > 0 {
		f, err := ParseFloat(v.raw, size)
		if err != nil {
			return true, err
		}
		return c.contains(f)
	}
	if !decimalKinds[v.base.Kind] {
		return true, nil
	}
	n, err := parseDecimal(unquoted(v.raw))
	if err != nil {
		return true, err
	}
	low, err := c.above(n)
	if err != nil || !low {
		return low, err
	}
	return c.below(n)
}

func (c *Check) above(n decimal) (bool, error) {
	if c.Min == "" {
		return true, nil
	}
	limit, err := parseDecimal(c.Min)
	order := n.compare(limit)
	return order > 0 || order == 0 && !c.MinOpen, err
}

func (c *Check) below(n decimal) (bool, error) {
	if c.Max == "" {
		return true, nil
	}
	limit, err := parseDecimal(c.Max)
	order := n.compare(limit)
	return order < 0 || order == 0 && !c.MaxOpen, err
}

// contains reports whether f lies within the bounds. To PostgreSQL NaN is the
// greatest number.
func (c *Check) contains(f float64) (bool, error) {
	if c.Min != "" {
		limit, err := strconv.ParseFloat(c.Min, 64)
		if err != nil || f < limit || f == limit && c.MinOpen {
			return false, err
		}
	}
	if c.Max == "" {
		return true, nil
	}
	limit, err := strconv.ParseFloat(c.Max, 64)
	return !math.IsNaN(f) && f <= limit && (f != limit || !c.MaxOpen), err
}

func (c *Check) listed(v checked) (bool, error) {
	switch {
	case v.base.Kind == KindText || v.base.Kind == KindEnum:
		return slices.Contains(c.List, string(v.bin)) != c.Not, nil
	case floatBits[v.base.Kind] > 0 || decimalKinds[v.base.Kind]:
		found, err := c.listsNumber(v)
		return found != c.Not, err
	}
	return true, nil
}

func (c *Check) listsNumber(v checked) (bool, error) {
	for _, s := range c.List {
		one := Check{Min: s, Max: s}
		if ok, err := one.inRange(v); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}
