package contract

import "fmt"

// Level says how bad a change is.
type Level uint8

// The levels, least first.
const (
	Safe      Level = iota // no client notices
	Dangerous              // clients go on, but may see what they do not expect
	Source                 // what runs goes on; code that is compiled anew may not compile
	Wire                   // what runs breaks: requests are refused, or answers cannot be read
)

var levelNames = [...]string{Safe: "safe", Dangerous: "dangerous", Source: "source", Wire: "wire"}

// String returns the level's word, as in the manifest: "wire".
func (l Level) String() string { return levelNames[min(l, Wire)] }

// ParseLevel returns the level with the given word.
func ParseLevel(word string) (Level, error) {
	for l, name := range levelNames {
		if name == word {
			return Level(l), nil
		}
	}
	return Safe, fmt.Errorf("unknown level %q: use wire, source, dangerous or safe", word)
}

// levelCounts are what a summary calls changes of a level: one, and several.
var levelCounts = [...][2]string{
	Safe:      {"safe change", "safe changes"},
	Dangerous: {"dangerous change", "dangerous changes"},
	Source:    {"source break", "source breaks"},
	Wire:      {"wire break", "wire breaks"},
}
