//go:build unix

package server

import "syscall"

// manyFiles stands for no limit.
const manyFiles = 1 << 20

// openFiles returns how many files the process may have open; 0: it is not known.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	return int(min(uint64(limit.Cur), manyFiles)) //nolint:unconvert // it is signed on some systems
}
