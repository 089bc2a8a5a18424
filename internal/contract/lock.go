package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/tidwall/gjson"
)

// LockFile is the name of the lock inside the schema directory.
const LockFile = "api.lock.json"

// Version is the version of the lock's format.
const Version = 1

// maxLock is the size of the largest lock that Parse reads: 64 MiB, some 50,000
// methods.
const maxLock = 64 << 20

// ErrVersion is the error of a lock in another version of the format.
var ErrVersion = errors.New("another version of the lock's format")

// Marshal returns the lock: JSON with a line for each param, column, label and
// other fact, so that diffs are small. Equal contracts give equal bytes.
func (c *Contract) Marshal() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c.filled()); err != nil {
		return nil, fmt.Errorf("write the lock: %w", err)
	}
	n := nodeOf(gjson.ParseBytes(b.Bytes()))
	return append(n.append(nil, "", false), '\n'), nil
}

// filled returns c with empty slices instead of nil ones.
func (c *Contract) filled() *Contract {
	out := *c
	out.Lock = Version
	out.Services = orEmpty(c.Services)
	out.Session = orEmpty(c.Session)
	out.Methods = orEmpty(c.Methods)
	out.Types = orEmpty(c.Types)
	out.Errors = orEmpty(c.Errors)
	out.Retired = orEmpty(c.Retired)
	return &out
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// orNil undoes orEmpty.
func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

var conflict = regexp.MustCompile(`(?m)^(<<<<<<< |=======$|>>>>>>> )`)

// Parse reads a lock. It refuses what it does not know, and what no contract can
// be: the error says in which line or entry, and what to do. Parse of what
// Marshal wrote gives an equal contract.
func Parse(data []byte) (*Contract, error) {
	c, err := parse(data)
	switch {
	case err == nil || errors.Is(err, ErrVersion) || errors.Is(err, errSize):
		return c, err
	case errors.Is(err, errConflict):
		return nil, fmt.Errorf("%w: take either side and run `spgen generate`", err)
	}
	return nil, fmt.Errorf("%w: %s", err, restore)
}

var (
	errSize     = fmt.Errorf("more than %d bytes: this is no lock of spgen's", maxLock)
	errConflict = errors.New("a conflict of a merge")
)

func parse(data []byte) (*Contract, error) {
	if err := readable(data); err != nil {
		return nil, err
	}
	return decode(data)
}

// decode makes a contract of what is readable.
func decode(data []byte) (*Contract, error) {
	if err := checkVersion(data); err != nil {
		return nil, err
	}
	c := &Contract{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, atLine(data, errorOffset(err, d), err)
	}
	c.Services, c.Session, c.Methods = orNil(c.Services), orNil(c.Session), orNil(c.Methods)
	c.Types, c.Errors, c.Retired = orNil(c.Types), orNil(c.Errors), orNil(c.Retired)
	if err := c.validate(); err != nil {
		return nil, err
	}
	return c, nil
}

// readable reports what keeps data from being read at all.
func readable(data []byte) error {
	if len(data) > maxLock {
		return fmt.Errorf("the lock has %d bytes, %w", len(data), errSize)
	}
	if wellFormed(data) {
		return nil // a conflict is not
	}
	if at := conflict.FindIndex(data); at != nil {
		return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:at[0]], []byte("\n")), errConflict)
	}
	_, err := readNode(data)
	return err
}

const restore = "restore the file from git, or delete it and run `spgen generate`, which cannot say then what changed"

// checkVersion comes before unknown keys, which another version may well have.
func checkVersion(data []byte) error {
	if gjson.GetBytes(data, "lock").Raw == strconv.Itoa(Version) {
		return nil
	}
	var head struct {
		Lock *int `json:"lock"`
	}
	switch err := json.Unmarshal(data, &head); {
	case err != nil || head.Lock == nil:
		return fmt.Errorf("there is no `\"lock\": %d` that says the version of the format", Version)
	case *head.Lock > Version:
		return fmt.Errorf("%w: %d, and this spgen reads %d: update spgen", ErrVersion, *head.Lock, Version)
	case *head.Lock < Version:
		return fmt.Errorf("%w: %d, and this spgen reads %d: run `spgen generate` to write it anew", ErrVersion, *head.Lock, Version)
	}
	return nil
}

func errorOffset(err error, d *json.Decoder) int64 {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return wrong.Offset
	}
	return d.InputOffset()
}
