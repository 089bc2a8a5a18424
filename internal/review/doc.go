// Package review shows two versions of a contract side by side, as a page for
// people who decide about a change: `spgen diff --html`.
//
//	page, err := review.Page(review.Versions{Old: locked, New: present, Changes: changes})
//
// The page is one file: no script, nothing from outside, in the look of the docs.
// What was and what is differ by a sign and by an element, not by colour alone.
// Names in a database are text of strangers; they are escaped where they stand.
package review
