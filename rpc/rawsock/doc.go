// Package rawsock reads and writes sockets without announcing each system call
// to Go's scheduler.
//
// Go's own reads and writes tell the scheduler that a thread may be away for
// long. A socket is non-blocking, so that it never is: the call takes as long as
// the bytes take to copy. Where much of a program's time goes to small reads and
// writes, the announcements, and the wake-ups of the scheduler's monitor that
// follow them, cost more than some of the calls. Waiting for bytes, deadlines and
// Close stay Go's own.
//
// Only Linux has such sockets; elsewhere [New] returns nil, as it does for
// anything that is no plain TCP or unix socket.
package rawsock
