package version

import (
	"fmt"
	"os"
)

// Program identifies the file of the program that runs, "" where that is not known.
// Another build, which may do otherwise with the same input, has another.
func Program() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(path, info.Size(), info.ModTime().UnixNano())
}
