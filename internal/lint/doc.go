// Package lint finds what is allowed and yet wrong in the routines of an API:
// rights that are too wide, state that stays on connections that many clients
// share, volatility that does not fit the body, missing docs.
//
// It talks to no database: [Run] takes what was read of one, the manifest and the
// model of both. Bodies are looked at token by token, not parsed: a rule that
// cannot tell says nothing. Every finding has a key that is the same from run to
// run, and a remedy to paste.
//
// A routine's comment may answer a finding, with a reason:
//
//	@lint-ignore SEC004 the table's name is one of three that the body compares with
package lint
