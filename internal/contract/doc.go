// Package contract holds what an API promises its clients, and judges changes
// of it. It is pure: it knows no database, file or terminal.
//
// [Of] takes the promise out of a model, [Contract.Marshal] and [Parse] move it
// to and from schema/api.lock.json, [Compare] lists what differs between two,
// each difference with the level of its rule:
//
//	changes := contract.Compare(locked, contract.Of(model))
//	changes, problems := contract.Apply(changes, overrides)
//	os.Stdout.Write(contract.Text(changes, contract.TextOptions{}))
//
// A contract has no OIDs, times, hosts or paths, so that two databases with the
// same schema give the same bytes. Two contracts that differ have at least one
// change, and a contract has none with itself.
package contract
