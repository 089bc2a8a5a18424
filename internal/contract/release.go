package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// HistoryDir is the directory of the releases inside the schema directory.
const HistoryDir = "history"

// Release is the contract as it was released: a file of schema/history, which
// is written once.
type Release struct {
	Version  string
	Date     string // YYYY-MM-DD
	Contract *Contract
}

// releaseFile is the form of the file.
type releaseFile struct {
	Version  string          `json:"version"`
	Date     string          `json:"date"`
	Contract json.RawMessage `json:"contract"`
}

// Marshal returns the release's file, laid out as the lock is. Equal releases
// give equal bytes.
func (r *Release) Marshal() ([]byte, error) {
	lock, err := r.Contract.Marshal()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(releaseFile{r.Version, r.Date, lock})
	if err != nil {
		return nil, fmt.Errorf("write the release: %w", err)
	}
	n := nodeOf(gjson.ParseBytes(text))
	return append(n.append(nil, "", false), '\n'), nil
}

// IsRelease reports whether data looks like a release's file rather than like a
// lock.
func IsRelease(data []byte) bool {
	return gjson.GetBytes(data, "contract").IsObject() && !gjson.GetBytes(data, "lock").Exists()
}

// ParseRelease reads a release's file as strictly as Parse reads a lock.
func ParseRelease(data []byte) (*Release, error) {
	r, err := parseRelease(data)
	if err != nil {
		return nil, fmt.Errorf("%w: restore the file from git, releases are never changed", err)
	}
	return r, nil
}

func parseRelease(data []byte) (*Release, error) {
	if err := readable(data); err != nil {
		return nil, err
	}
	var file releaseFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, atLine(data, errorOffset(err, d), err)
	}
	if err := errors.Join(CheckVersion(file.Version), CheckDate(file.Date)); err != nil {
		return nil, err
	}
	if len(file.Contract) == 0 {
		return nil, errors.New("it has no contract")
	}
	before, _, _ := bytes.Cut(data, file.Contract)
	c, err := decode(append(bytes.Repeat([]byte("\n"), bytes.Count(before, []byte("\n"))), file.Contract...))
	if err != nil {
		return nil, err
	}
	return &Release{file.Version, file.Date, c}, nil
}

// SortReleases brings releases into the order in which they came: by date, then
// by version.
func SortReleases(all []Release) {
	slices.SortFunc(all, func(a, b Release) int {
		return cmp.Or(strings.Compare(a.Date, b.Date), CompareVersions(a.Version, b.Version), strings.Compare(a.Version, b.Version))
	})
}

// CheckNext says why r cannot be the next release after those of history, which
// are sorted.
func (r *Release) CheckNext(history []Release) error {
	if err := errors.Join(CheckVersion(r.Version), CheckDate(r.Date)); err != nil {
		return err
	}
	for i := range history {
		if was := &history[i]; CompareVersions(was.Version, r.Version) == 0 {
			return fmt.Errorf("version %s was released on %s: releases are never changed, take the next version", was.Version, was.Date)
		}
	}
	for i := range history {
		was := &history[i]
		switch {
		case CompareVersions(was.Version, r.Version) > 0:
			return fmt.Errorf("version %s comes before %s, which was released on %s: take a later version", r.Version, was.Version, was.Date)
		case was.Date > r.Date:
			return fmt.Errorf("%s is before %s, when %s was released: take that date or a later one", r.Date, was.Date, was.Version)
		}
	}
	return nil
}
