package ir

// LintIgnores returns the `@lint-ignore` tags of a routine's comment.
func LintIgnores(comment string) []LintIgnore {
	_, t := parseComment(comment)
	return t.lintIgnore
}
