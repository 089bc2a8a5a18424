// Package plausible makes up values of the API's types: such that a type's schema
// admits them, and the database too as far as its CHECKs are recognised, and that
// look like what the name says. The same input gives the same value.
package plausible
