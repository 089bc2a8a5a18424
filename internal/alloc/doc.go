// Package alloc gives the functions of a schema their permanent method IDs: it
// plans what a manifest is to say of functions without a method and of methods
// without a function. It is the only source of IDs.
//
//   - An ID is one more than the largest that the service has, had, or has on
//     another branch; gaps are never filled.
//   - Nothing becomes public unless it is asked for.
//   - A method disappears, or gets another function, only by name.
//   - The same input gives the same plan.
package alloc
