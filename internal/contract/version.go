package contract

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// version is what a release may be called: it is part of a file's name.
var version = regexp.MustCompile(`^v?[0-9]+(\.[0-9]+)*([-+][0-9A-Za-z]+([.+-][0-9A-Za-z]+)*)?$`)

// maxVersion is the length of the longest version.
const maxVersion = 64

// CheckVersion says what is wrong with the version of a release.
func CheckVersion(v string) error {
	if len(v) > maxVersion || !version.MatchString(v) {
		return fmt.Errorf("%q is no version: use numbers with dots, such as 1.4, v2.0.1-rc.1 or 2026-11", v)
	}
	return nil
}

// CheckDate says what is wrong with the date of a release.
func CheckDate(date string) error {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("%q is no date: use YYYY-MM-DD", date)
	}
	return nil
}

// CompareVersions orders versions as SemVer does, of any number of parts: 1 is
// 1.0, 1.0-rc.2 comes before 1.0, and what follows a + does not count.
func CompareVersions(a, b string) int {
	numbersA, beforeA := splitVersion(a)
	numbersB, beforeB := splitVersion(b)
	for i := range max(len(numbersA), len(numbersB)) {
		if c := compareNumbers(part(numbersA, i), part(numbersB, i)); c != 0 {
			return c
		}
	}
	switch {
	case len(beforeA) == 0 || len(beforeB) == 0:
		return cmp.Compare(len(beforeB), len(beforeA)) // the release comes after what led to it
	}
	return slices.CompareFunc(beforeA, beforeB, compareIdentifiers)
}

func splitVersion(v string) (numbers, before []string) {
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "v"), "+")
	v, pre, found := strings.Cut(v, "-")
	if found {
		before = strings.Split(pre, ".")
	}
	return strings.Split(v, "."), before
}

func part(numbers []string, i int) string {
	if i < len(numbers) {
		return numbers[i]
	}
	return "0"
}

// compareNumbers compares digits of any length.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// compareIdentifiers orders numbers before words.
func compareIdentifiers(a, b string) int {
	_, errA := strconv.ParseUint(a, 10, 64)
	_, errB := strconv.ParseUint(b, 10, 64)
	switch {
	case errA == nil && errB == nil:
		return compareNumbers(a, b)
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return strings.Compare(a, b)
}
